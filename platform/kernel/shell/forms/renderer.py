"""Which templates a form is made of: `{{ form }}` gives the error summary and every field in the design."""

from collections.abc import Iterator
from typing import Any

from django.forms import BoundField
from django.forms.renderers import DjangoTemplates


class ShellBoundField(BoundField):
    """A field that knows how the design draws it and where the error summary points."""

    @property
    def kind(self) -> str:
        """Return `choices` (radios or boxes), `check` (one box), `parts` (several inputs), `box` (all others)."""
        widget = self.field.widget
        if getattr(widget, "input_type", "") in {"radio", "checkbox"}:
            return "choices" if hasattr(widget, "optgroups") else "check"
        return "parts" if widget.use_fieldset else "box"

    @property
    def look(self) -> str:
        """Return the CSS classes the widget wants for its list of choices, such as `tiles`."""
        return str(getattr(self.field.widget, "look", ""))

    @property
    def choice_groups(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield (heading or "", options as widget contexts) for a list of radios or boxes."""
        widget: Any = self.field.widget
        attrs = self.build_widget_attrs({"id": self.auto_id})
        if self.field.widget.input_type == "checkbox":
            attrs.pop("required", None)
        context = widget.get_context(self.html_name, self.value(), {**attrs, **widget.attrs})
        for heading, options, _index in context["widget"]["optgroups"]:
            yield heading or "", options

    @property
    def anchor(self) -> str:
        """Return the id a link in the error summary leads to: the first thing one can type in or tick."""
        if self.kind == "choices":
            for _heading, options in self.choice_groups:
                return str(options[0]["attrs"]["id"])
        return f"{self.auto_id}_0" if self.kind == "parts" else self.auto_id


class ShellRenderer(DjangoTemplates):
    """Renders forms from `shell/forms/`, through an engine of its own that knows no request."""

    form_template_name = "shell/forms/form.html"
    formset_template_name = "shell/forms/formset.html"
    field_template_name = "shell/forms/field.html"
    bound_field_class = ShellBoundField
