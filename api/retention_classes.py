"""How long the API remembers."""

from oauth2_provider.models import AccessToken

from api.idempotency.models import IdempotencyKey
from kernel.retention import Kept, Passing, Rows, keep, let_go

let_go(
    Passing(
        "api.answers",
        what="stored answers and the keys they repeat under, sealed",
        days=1,
        remains="nothing",
        source=Rows(lambda before: IdempotencyKey.objects.filter(created_at__lt=before), "created_at"),
        tables=("api_idempotencykey",),
    ),
    Passing(
        "api.tokens",
        what="hashes of tokens that have expired",
        days=1,
        shortest=0,
        remains="nothing",
        source=Rows(lambda before: AccessToken.objects.filter(expires__lt=before), "expires"),
        tables=("oauth2_provider_accesstoken",),
    ),
)

keep(
    Kept(
        "api.clients",
        what="programs of organisations, with a hash of their secret",
        why="what a client did is its organisation's",
        tables=("api_client",),
    ),
    Kept(
        "api.unused",
        what="tables of grants that are not offered",
        why="they are empty: client credentials are the only grant",
        tables=(
            "oauth2_provider_refreshtoken",
            "oauth2_provider_idtoken",
            "oauth2_provider_grant",
            "oauth2_provider_devicegrant",
        ),
    ),
)
