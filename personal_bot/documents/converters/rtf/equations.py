"""Builds the elements of an equation in RTF, which are those of Office's XML by other names."""

from lxml import etree


def begin_equation() -> etree._Element:
    return etree.Element("oMath")


def begin_element(parent: etree._Element, word: str) -> etree._Element:
    """Begin an element, given its control word, such as ``mf`` for a fraction."""
    return etree.SubElement(parent, word[1:] or "m")


def add_text(element: etree._Element, text: str) -> None:
    parent = element.getparent()
    if parent is not None and str(parent.tag).endswith("Pr"):  # a property such as {\mchr ∑}
        element.set("val", element.get("val", "") + text)
    else:
        etree.SubElement(element, "t").text = "".join(filter(str.isprintable, text))
