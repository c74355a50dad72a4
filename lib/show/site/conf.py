"""How Sphinx renders the site. Nothing here may ask another host for anything."""

from lib.show.site import markup

language = "en"
extensions = ["myst_nb"]
exclude_patterns = ["extra"]
nb_execution_mode = "off"  # the notebooks come executed
nb_ipywidgets_js = {}  # its scripts would come from another host
myst_enable_extensions = ["attrs_block", "dollarmath"]  # a class for a list; equations
myst_dmath_allow_digits = False  # a price is no equation
html_math_renderer = "mathml"
myst_links_external_new_tab = True

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_extra_path = ["extra"]  # pictures of the chapters
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_context = {"default_mode": "auto"}  # as the reader's system wishes
html_favicon = "static/favicon.svg"
html_theme_options = {
    "navbar_persistent": [],  # the search field stands in the side bar
    "search_bar_text": "Search the report",
    "toc_title": "On this page",
    "use_download_button": False,
    "use_fullscreen_button": False,
    "footer_content_items": "",
}


def setup(app) -> None:
    app.connect("html-page-context", markup.improve)
    app.add_html_math_renderer("mathml", (markup.equation, None), (markup.equation, None))
