"""The objects of HSDS 3 that are answered, declared for the schema. Members left out are optional in the standard."""

from typing import Any

from rest_framework import serializers


class RootOut(serializers.Serializer[Any]):
    """What this is, for a reader of HSDS."""

    version = serializers.CharField(help_text="Of HSDS.")
    profile = serializers.URLField()
    openapi_url = serializers.URLField()


class HsdsTaxonomyOut(serializers.Serializer[Any]):
    """A list of words."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()


class HsdsTaxonomyTermOut(HsdsTaxonomyOut):
    """A word of a taxonomy: a kind of help."""

    code = serializers.CharField()
    taxonomy = serializers.CharField()
    taxonomy_id = serializers.UUIDField()
    language = serializers.CharField()


class HsdsLocationOut(serializers.Serializer[Any]):
    """Where help is given, never finer than a country."""

    id = serializers.UUIDField()
    location_type = serializers.ChoiceField(choices=["physical", "virtual"])
    name = serializers.CharField()
    description = serializers.CharField()


class HsdsOrganizationOut(serializers.Serializer[Any]):
    """An organisation that agreed to be listed."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()


class HsdsOrganizationFullOut(HsdsOrganizationOut):
    """An organisation with where it gives help."""

    locations = HsdsLocationOut(many=True)


class HsdsLanguageOut(serializers.Serializer[Any]):
    """A language of a service."""

    id = serializers.UUIDField()
    service_id = serializers.UUIDField()
    name = serializers.CharField()
    code = serializers.CharField(help_text="A BCP 47 tag.")


class HsdsServiceAreaOut(serializers.Serializer[Any]):
    """A country the service is for."""

    id = serializers.UUIDField()
    service_id = serializers.UUIDField()
    name = serializers.CharField()
    extent = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    extent_type = serializers.CharField()


class HsdsAttributeOut(serializers.Serializer[Any]):
    """The kind of help, linked to a service."""

    id = serializers.UUIDField()
    link_id = serializers.UUIDField()
    link_type = serializers.CharField()
    link_entity = serializers.CharField()
    taxonomy_term_id = serializers.UUIDField()
    taxonomy_term = HsdsTaxonomyTermOut()


class HsdsServiceOut(serializers.Serializer[Any]):
    """One kind of help of one organisation."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=["active"])
    application_process = serializers.CharField()
    organization = HsdsOrganizationOut()


class HsdsPlaceOut(serializers.Serializer[Any]):
    """A place of a service, within that service."""

    id = serializers.UUIDField()
    location = HsdsLocationOut()


class HsdsServiceFullOut(HsdsServiceOut):
    """A service with its lists."""

    languages = HsdsLanguageOut(many=True)
    service_areas = HsdsServiceAreaOut(many=True)
    service_at_locations = HsdsPlaceOut(many=True)
    attributes = HsdsAttributeOut(many=True)


class HsdsServiceAtLocationOut(HsdsPlaceOut):
    """A service at one of its places."""

    service = HsdsServiceOut()
