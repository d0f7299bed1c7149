"""Every template is used by something."""

from tests.architecture.tree import tracked

# the framework looks these up by name
FOUND_BY_NAME = ("account/", "mfa/", "allauth/", "django/", "rest_framework/", "drf_spectacular/", "oauth2_provider/")


def test_every_template_is_named_somewhere() -> None:
    templates = [p for p in tracked() if p.suffix in (".html", ".txt") and "templates" in p.parts]
    text = "\n".join(p.read_text() for p in tracked() if p.suffix in (".py", ".html", ".txt"))
    unused = []
    for template in templates:
        name = template.as_posix().rpartition("/templates/")[2]
        stem = name.rpartition(".")[0]
        folder = f"{name.rpartition('/')[0]}/{{"  # f"offers/offer/{step}.html"
        if not name.startswith(FOUND_BY_NAME) and not any(word in text for word in (name, f'"{stem}"', folder)):
            unused.append(name)
    assert unused == []
