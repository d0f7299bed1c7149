"""The SDK and the API version are what the gateway and the sandbox were written against."""

import stripe

from donations.gateway.pin import API_VERSION, SDK_VERSION


def test_it_is_the_sdk_that_was_read() -> None:
    """A new SDK is a new reading of its parameters, events and errors, then a change of the pin."""
    assert SDK_VERSION == stripe.VERSION


def test_it_is_the_api_version_of_that_sdk() -> None:
    """The SDK's types are generated for exactly this version."""
    assert stripe.api_version == API_VERSION
