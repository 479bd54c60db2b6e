//! Reads the meta tags of a page as a browser finds them (rule H2); never fails.
//!
//! Tags are read by `tokens`; this file follows the elements that change how the next bytes are read.

use crate::ascii;

mod body;
mod elements;
mod entities;
mod tokens;

use elements::Elements;
pub(crate) use entities::decode_entities;
use tokens::{Meta, Tag, after_raw_text, after_script, is_end_tag, markup, starts_with_name};

/// Maximum bytes of a page that are read (rule H2).
pub(crate) const HTML_READ_BYTES: usize = 65_536;

/// The elements whose content is text and contains no tags.
const RAW_ELEMENTS: &str = "style title textarea noscript noframes noembed iframe xmp";

/// The meta tags in the head of a page, in order.
#[derive(Clone, Debug)]
pub(crate) struct MetaTags<'a> {
    rest: &'a [u8],
    elements: Elements<'a>,
}

impl<'a> MetaTags<'a> {
    pub(crate) fn new(page: &'a [u8]) -> Self {
        let rest = page.get(..HTML_READ_BYTES).unwrap_or(page);
        MetaTags { rest, elements: Elements::new() }
    }

    /// Reads a start tag; a meta tag of the page is returned.
    fn open(&mut self, tag: &Tag<'a>) -> Option<Meta<'a>> {
        if !self.elements.is_html_after_start(tag) || !self.elements.open_html(tag) {
            return None;
        }
        if tag.is_named("script") {
            self.rest = after_script(self.rest);
        } else if tag.is_one_of("plaintext frameset") {
            // Neither ends, and neither contains meta tags.
            self.rest = &[];
        } else if tag.is_one_of(RAW_ELEMENTS) {
            self.rest = after_raw_text(self.rest, tag.name);
        }
        (tag.is_named("meta") && !self.elements.has_template()).then_some(tag.meta)
    }

    fn close(&mut self, tag: &Tag<'_>) {
        if !self.elements.is_foreign() || self.elements.is_html_after_end(tag) {
            self.elements.close_html(tag);
        }
    }
}

impl<'a> Iterator for MetaTags<'a> {
    type Item = Meta<'a>;

    fn next(&mut self) -> Option<Meta<'a>> {
        while !self.elements.is_lost() {
            let at = ascii::position(self.rest, b'<')?;
            let (text, input) = self.rest.split_at_checked(at)?;
            self.elements.read_text(text);
            let input = input.get(1..)?;
            let ends_head = starts_with_name(input, b"body") || is_end_tag(input, b"head");
            if ends_head && !self.elements.has_template() {
                return None;
            }
            let (rest, tag) = markup(input, self.elements.is_foreign()).ok()?;
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
        None
    }
}
