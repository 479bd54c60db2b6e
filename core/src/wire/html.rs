//! Reads the meta tags of a page as a browser finds them (rule H2); never fails.
//!
//! Tags are read by `tokens`; this file follows the elements that change how the next bytes are read.

use crate::ascii;

mod entities;
mod foreign;
mod tokens;

pub(crate) use entities::decode_entities;
use foreign::Foreign;
use tokens::{Meta, Tag, after_raw_text, after_script, is_end_tag, markup, starts_with_name};

/// How many bytes of a page are read (rule H2).
pub(crate) const HTML_READ_BYTES: usize = 65_536;

/// The elements whose content is text and contains no tags.
const RAW_ELEMENTS: &str = "style title textarea noscript noframes noembed iframe xmp";

/// The meta tags in the head of a page, in order.
#[derive(Clone, Debug)]
pub(crate) struct MetaTags<'a> {
    rest: &'a [u8],
    /// How many templates are open: their content is no part of the page.
    templates: usize,
    /// True inside of `select`, which contains no meta tags.
    in_select: bool,
    foreign: Foreign,
}

impl<'a> MetaTags<'a> {
    pub(crate) fn new(page: &'a [u8]) -> Self {
        let rest = page.get(..HTML_READ_BYTES).unwrap_or(page);
        MetaTags { rest, templates: 0, in_select: false, foreign: Foreign::default() }
    }

    /// Reads a start tag; a meta tag of the page is returned.
    fn open(&mut self, tag: &Tag<'a>) -> Option<Meta<'a>> {
        let is_html = !self.foreign.is_inside() || self.foreign.breaks_out(tag);
        if is_html && self.is_selectable(tag) {
            self.enter(tag);
            return (tag.is_named("meta") && self.templates == 0).then_some(tag.meta);
        }
        None
    }

    /// False for a tag that `select` ignores.
    fn is_selectable(&mut self, tag: &Tag<'_>) -> bool {
        let was_in_select = self.in_select;
        self.in_select &= !tag.is_one_of("select input keygen textarea");
        !was_in_select || !tag.is_named("select") && !self.in_select || tag.is_one_of("script template")
    }

    fn enter(&mut self, tag: &Tag<'a>) {
        if tag.is_named("template") {
            self.templates = self.templates.saturating_add(1);
        } else if tag.is_named("select") {
            self.in_select = true;
        } else if tag.is_one_of("svg math") {
            self.foreign.open_root(tag);
        } else if tag.is_named("script") {
            self.rest = after_script(self.rest);
        } else if tag.is_named("plaintext") {
            self.rest = &[];
        } else if tag.is_one_of(RAW_ELEMENTS) {
            self.rest = after_raw_text(self.rest, tag.name);
        }
    }

    fn close(&mut self, tag: &Tag<'_>) {
        if tag.is_named("template") && self.templates > 0 {
            self.templates = self.templates.saturating_sub(1);
            (self.in_select, self.foreign) = (false, Foreign::default());
        }
        self.in_select &= !tag.is_named("select");
        self.foreign.close(tag);
    }
}

impl<'a> Iterator for MetaTags<'a> {
    type Item = Meta<'a>;

    fn next(&mut self) -> Option<Meta<'a>> {
        loop {
            let at = ascii::position(self.rest, b'<')?;
            let input = self.rest.get(at.saturating_add(1)..)?;
            let ends_head = starts_with_name(input, b"body") || is_end_tag(input, b"head");
            if ends_head && self.templates == 0 {
                return None;
            }
            let (rest, tag) = markup(input, self.foreign.is_open()).ok()?;
            self.rest = rest;
            match tag {
                Some(tag) if tag.is_end => self.close(&tag),
                Some(tag) => {
                    if let meta @ Some(_) = self.open(&tag) {
                        return meta;
                    }
                }
                None => {}
            }
        }
    }
}
