"""What asks once more before it is done."""


def delete(page, name: str):
    """Deletes what is listed under a name."""
    page.locator("summary", has_text=f"Delete {name}").click()
    page.get_by_role("button", name=f"Delete {name}", exact=True).click()
