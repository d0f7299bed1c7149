from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kernel.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow what happens to logins, and have the worker clear away what is over."""
        from kernel.accounts import factor_secrets, factors, telling
        from kernel.accounts.people import sending  # noqa: F401 - it registers what sends the links
        from kernel.accounts.sessions import renewing
        from kernel.outbox import every

        factors.connect()
        telling.connect()
        factor_secrets.tell_what_is_kept()
        renewing.tell_what_is_kept()
        every(60, "kernel.accounts.sessions.ending.forget_ended")
        every(60, "kernel.accounts.lockout.waiting.forget_old_tries")
