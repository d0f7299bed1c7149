from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OffersConfig(AppConfig):
    name = "offers"
    label = "offers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this app's pages into the navigation; say what contacts are shown for and what the server key holds."""
        from kernel.shell import nav
        from kernel.vault import rewrapping
        from offers.needs import exclusions, household
        from offers.needs.models import Need

        rows = Need.objects.all
        rewrapping.column("offers.case_ref", household.__name__, rows, "case_ref_sealed", household.case_ref_context)
        rewrapping.column(
            "offers.exclusions",
            exclusions.__name__,
            lambda: Need.objects.exclude(exclusions_sealed=b""),
            "exclusions_sealed",
            exclusions.words_context,
        )

        self._tell_disclosure()

        nav.register_public(_("Offer help"), "offers:offer", order=20)
        nav.register(
            _("Offers"),
            "offers:pledges",
            "offers.vet_pledges",
            order=40,
            about=_("Offers of help that have to be checked before anybody relies on them."),
        )
        nav.register(
            _("Held offers"),
            "offers:moderation",
            "offers.moderate_pledges",
            order=45,
            about=_("Offers that look wrong in some way: keep or discard them, one or all at once."),
        )
        nav.register(
            _("Needs"), "offers:needs", "offers.see_needs", order=20, about=_("What is needed, and who could help.")
        )
        nav.register(
            _("Matches"),
            "offers:matches",
            "offers.see_matches",
            order=30,
            about=_("Who was brought together, and what each waits for."),
        )
        nav.register(
            _("Checks"),
            "offers:checks",
            "offers.see_matches",
            order=32,
            about=_("Both sides are asked how it goes while help is given: what is due, and who asks for somebody."),
        )
        nav.register(
            _("Incidents"),
            "offers:incidents",
            "offers.see_incidents",
            order=33,
            about=_("What was reported as not safe, and what stands still until two people have looked at it."),
        )
        nav.register(
            _("Plans"),
            "offers:plans",
            "offers.run_plans",
            order=32,
            about=_("What many needs together should get: the best plan, why it is the best, and what if not."),
        )
        nav.register(
            _("Board"),
            "offers:board",
            "offers.tend_board",
            order=60,
            about=_("What partners see of open needs, and the switch that clears it."),
        )
        nav.register(
            _("Contacts"),
            "offers:contacts",
            "disclosure.ask_for_contacts",
            order=36,
            about=_("Ask how to reach a provider, for a check or when something happened."),
        )

    def _tell_disclosure(self) -> None:
        from kernel.disclosure.disclosing.matters import register_matter, register_rendering
        from kernel.disclosure.models import DisclosurePurpose
        from offers.matching.disclosing import ConfirmedMatch, SafetyIncident
        from offers.pledges.contact import PURPOSE
        from offers.pledges.disclosing import CONTACT, VettingStep
        from offers.pledges.photos import PURPOSE as PHOTO
        from offers.pledges.photos.disclosing import RENDERING

        register_rendering(PURPOSE, CONTACT)
        register_rendering(PHOTO, RENDERING)
        register_matter(DisclosurePurpose.CONFIRMED_MATCH, ConfirmedMatch())
        register_matter(DisclosurePurpose.SAFETY_INCIDENT, SafetyIncident())
        register_matter(DisclosurePurpose.VETTING_STEP, VettingStep())
