"""What a posting is of can be changed no more than the posting: a row of the chart that becomes another one rewrites the
books. The histories of refunds, disputes and gifts past Stripe are kept in the same way."""

from django.db import migrations

from kernel.audit.append_only import append_only

TABLES = ("account", "refundmove", "disputemove", "offlinemove")


class Migration(migrations.Migration):
    dependencies = [("donations", "0015_campaigns")]

    operations = [append_only(f"donations_{table}", f"donations_{table}_append_only") for table in TABLES]
