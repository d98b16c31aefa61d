"""What pages call the values of the export options, in the order in which they offer them."""

from exports_app.renderers import format_labels

LEVEL_LABELS = {"summary": "Summary", "standard": "Standard detail", "full": "Everything"}
AUDIENCE_LABELS = {
    "internal": "Internal note",
    "client": "For the client",
    "resolution": "Resolution only",
}
ORDER_LABELS = {"recorded": "As it happened", "fix_first": "Resolution first"}
SUMMARY_LABELS = {
    "issue": "Issue",
    "impact": "Impact",
    "status": "Status",
    "resolution": "Resolution",
    "next_steps": "Next steps",
}
#: Parts of the text that are rarely left out, behind "More".
MORE_LABELS = {
    "include_timestamps": "Times",
    "include_tree_info": "About the flow",
    "include_outcome_notes": "Resolution section",
    "include_next_steps": "Next steps section",
}


def option_labels() -> dict[str, dict[str, str]]:
    """Return the labels by value of each option that pages offer as a list."""
    return {
        "format": format_labels(),
        "detail_level": LEVEL_LABELS,
        "audience": AUDIENCE_LABELS,
        "order": ORDER_LABELS,
    }
