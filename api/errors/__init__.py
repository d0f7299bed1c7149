"""Errors: every refusal, fault and unknown address as one shape, RFC 9457 problem+json."""

from api.errors.problem import Problem

__all__ = ["Problem"]
