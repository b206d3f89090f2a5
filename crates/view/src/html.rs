//! Pages of HTML that need nothing else: no other file, no network.

mod escape;

pub(crate) use escape::{dressed, escape};

/// What all pages have: colours, light and dark, and what is clicked.
const CSS: &str = include_str!("html/page.css");

/// What makes a page of what it shows.
pub(crate) struct Page<'p> {
    /// What the window is called.
    pub(crate) title: &'p str,
    /// How it looks.
    pub(crate) css: &'p str,
    /// What it shows, in HTML.
    pub(crate) body: &'p str,
    /// What it does when someone clicks; it shows everything without.
    pub(crate) script: &'p str,
}

impl Page<'_> {
    /// Returns the page as a file holds it.
    pub(crate) fn render(&self) -> String {
        let Self { css, body, script, .. } = self;
        let title = escape(self.title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{CSS}{css}</style>\n</head>\n<body>\n{body}<script>\n{script}</script>\n</body>\n</html>\n"
        )
    }
}
