"""Every address of the directory; the names are the standard's."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from api.hsds.resources import Organizations, Root, Services, ServicesAtLocations, Taxonomies, TaxonomyTerms

router = SimpleRouter(trailing_slash=False)
router.register("services", Services, "hsds-service")
router.register("service_at_locations", ServicesAtLocations, "hsds-service-at-location")
router.register("organizations", Organizations, "hsds-organization")
router.register("taxonomies", Taxonomies, "hsds-taxonomy")
router.register("taxonomy_terms", TaxonomyTerms, "hsds-taxonomy-term")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Root.as_view({"get": "retrieve"}, basename="hsds-root"), name="hsds-root"),
    *router.urls,
]
