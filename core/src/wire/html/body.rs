//! The elements of HTML that a tag opens and closes (HTML standard, 13.2.6.4.7), as far as foreign elements in them matter.

use core::mem::take;

use super::elements::{Element, Elements, FORMATTING, Namespace};
use super::tokens::Tag;

/// Elements without content, and tags that a body ignores.
const EMPTY: &str = "area base basefont bgsound body br col embed frame head hr html image img input keygen link meta param \
    source track wbr";

/// A table and its parts; the parts count only inside of a table.
const TABLE: &str = "caption colgroup table tbody td tfoot th thead tr";

const HEADINGS: &str = "h1 h2 h3 h4 h5 h6";

/// Elements that end an open paragraph.
const ENDS_PARAGRAPH: &str = "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure \
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp";

/// Elements that an end tag does not reach through, unless it ends one of them.
const SPECIAL: &str = "address applet article aside blockquote button caption center colgroup dd details dir div dl dt fieldset \
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup iframe li listing main marquee menu nav noembed noframes \
    noscript object ol p plaintext pre script search section select style summary table tbody td template textarea tfoot th thead \
    title tr ul xmp";

/// Further elements that formatting elements do not contain, unless they are open anyway.
const UNFORMATTED: &str = "base basefont bgsound caption col colgroup frame frameset iframe link meta noembed noframes noscript param rb rp \
    rt rtc script source style tbody td template textarea tfoot th thead title tr track";

/// Elements without a need for an end tag.
const IMPLIED: &str = "dd dt li optgroup option p rb rp rt rtc";

const SCOPES: &str = "applet caption marquee object table td template th";

fn is_special(element: &Element<'_>) -> bool {
    element.is_integration_point() || element.is(SPECIAL)
}

/// True for an element that bounds a scope; `more` are bounds of this scope alone.
fn bounds(element: &Element<'_>, more: &str) -> bool {
    element.is_integration_point() || element.is(SCOPES) || element.is(more)
}

impl<'a> Elements<'a> {
    /// Reads a start tag of HTML; returns false if it is ignored.
    pub(super) fn open_html(&mut self, tag: &Tag<'a>) -> bool {
        if self.is_in_select() {
            return self.open_in_select(tag);
        }
        if self.ignores(tag) {
            return false;
        }
        if tag.is_named("form") {
            self.has_form |= !self.has_template();
            if self.is_in_rows() {
                return true;
            }
        }
        self.close_before(tag);
        if tag.is_named("xmp") || !tag.is_one_of(ENDS_PARAGRAPH) && !tag.is_one_of(UNFORMATTED) {
            self.reopen();
        }
        if tag.is_one_of("svg math") {
            let namespace = if tag.is_named("svg") { Namespace::Svg } else { Namespace::Math };
            if !tag.is_closed {
                self.push(tag, namespace);
            }
        } else if !tag.is_one_of(EMPTY) {
            self.push(tag, Namespace::Html);
        }
        true
    }

    /// True for a part of a table outside of one, a form inside of another, and frames in a template.
    fn ignores(&self, tag: &Tag<'_>) -> bool {
        !tag.is_named("table") && tag.is_one_of(TABLE) && !self.is_in_table()
            || tag.is_named("form") && self.has_form && !self.has_template()
            || tag.is_named("frameset") && self.has_template()
    }

    /// True inside of a table, or of a template that contains parts of one.
    fn is_in_table(&self) -> bool {
        let at = self.find(|element| element.is("table template"), |_| false);
        let is_part = |at: usize| self.is_last("template") || self.is_at(at.saturating_add(1), TABLE);
        at.is_some_and(|at| self.is_at(at, "table") || is_part(at))
    }

    /// True inside of a table, but not of its cells.
    fn is_in_rows(&self) -> bool {
        self.find(|element| element.is("table tbody tfoot thead tr"), Element::is_marker).is_some()
    }

    fn open_in_select(&mut self, tag: &Tag<'a>) -> bool {
        let is_of_table = tag.is_one_of(TABLE) && !tag.is_named("colgroup") && self.is_in_table();
        if is_of_table || tag.is_one_of("select input keygen textarea") {
            self.close_select();
            return !tag.is_named("select") && self.open_html(tag);
        }
        let is_read = tag.is_one_of("script template");
        if is_read {
            self.push(tag, Namespace::Html);
        }
        is_read
    }

    /// Closes the elements that cannot contain this one.
    fn close_before(&mut self, tag: &Tag<'_>) {
        if !tag.is_one_of("col template") {
            self.close_columns();
        }
        let items = [("li", "li"), ("dd", "dd dt"), ("dt", "dd dt")];
        if let Some((_, names)) = items.into_iter().find(|(name, _)| tag.is_named(name)) {
            let is_barrier = |element: &Element<'_>| is_special(element) && !element.is("address div p");
            self.close(self.find(|element| element.is(names), is_barrier));
        }
        if tag.is_one_of(ENDS_PARAGRAPH) {
            self.close_paragraph();
        }
        if tag.is_one_of(TABLE) {
            self.close_table_parts(tag);
        }
        if self.is_last(HEADINGS) && tag.is_one_of(HEADINGS)
            || self.is_last("option") && tag.is_one_of("option optgroup")
        {
            self.pop();
        } else if tag.is_named("a") {
            self.close_formatting(tag);
            if let Some(at) = self.find_formatting(tag) {
                self.remove(at, |_| false);
            }
        } else if tag.is_named("nobr") {
            self.reopen();
            self.close_formatting(tag);
        } else if tag.is_one_of("rb rp rt rtc") && self.is_scoped("ruby") {
            self.close_implied(if tag.is_one_of("rp rt") { "rtc" } else { "" });
        } else if tag.is_named("button") {
            self.close_scoped(|element| element.is("button"), "");
        }
    }

    /// Closes what is inside of the part of a table that contains this one; a table directly inside of another ends that one.
    fn close_table_parts(&mut self, tag: &Tag<'_>) {
        let around = match () {
            () if tag.is_named("table") => "caption table td th template",
            () if tag.is_one_of("td th") => "table tbody template tfoot thead tr",
            () if tag.is_named("tr") => "table tbody template tfoot thead",
            () => "table template",
        };
        let Some(at) = self.find(|element| element.is(around), |_| false) else { return };
        let is_table = self.is_at(at, "table");
        if tag.is_named("table") {
            return self.close(Some(at).filter(|_| is_table));
        }
        self.close(at.checked_add(1));
        if is_table && tag.is_one_of("td th tr") {
            self.push(&Tag { name: b"tbody", ..Tag::default() }, Namespace::Html);
        }
        if tag.is_one_of("td th") && self.is_last("tbody tfoot thead") {
            self.push(&Tag { name: b"tr", ..Tag::default() }, Namespace::Html);
        }
    }

    /// Closes the innermost elements that need no end tag.
    fn close_implied(&mut self, but: &str) {
        while self.is_last(IMPLIED) && !self.is_last(but) {
            self.pop();
        }
    }

    /// Reads an end tag of HTML.
    pub(super) fn close_html(&mut self, tag: &Tag<'_>) {
        if tag.is_named("template") {
            self.close(self.find(|element| element.is("template"), |_| false));
        } else if self.is_in_select() {
            self.close_in_select(tag);
        } else if tag.is_named("p") {
            self.close_paragraph();
        } else if self.find_formatting(tag).is_some() {
            self.close_formatting(tag);
        } else {
            self.close_element(tag);
        }
    }

    fn close_in_select(&mut self, tag: &Tag<'_>) {
        let is_it = |element: &Element<'_>| element.has_name_of(tag);
        if tag.is_named("select") {
            self.close_select();
        } else if tag.is_one_of(TABLE) && self.find(is_it, |element| element.is("table template")).is_some() {
            self.close_select();
            self.close_html(tag);
        }
    }

    fn close_element(&mut self, tag: &Tag<'_>) {
        let is_it = |element: &Element<'_>| element.has_name_of(tag);
        if tag.is_one_of(TABLE) {
            self.close(self.find(is_it, |element| element.is("table template")));
        } else if tag.is_one_of(HEADINGS) {
            self.close_scoped(|element| element.is(HEADINGS), "");
        } else if tag.is_named("form") && !self.has_template() {
            if let Some(at) =
                take(&mut self.has_form).then(|| self.find(is_it, |element| bounds(element, ""))).flatten()
            {
                self.close_implied("");
                self.remove(at, |_| false);
            }
        } else if tag.is_named("br") {
            self.reopen();
        } else if tag.is_one_of(SPECIAL) || tag.is_named("dialog") {
            self.close_scoped(is_it, if tag.is_named("li") { "ol ul" } else { "" });
        } else {
            self.close(self.find(is_it, is_special));
        }
    }

    fn close_select(&mut self) {
        self.close(self.find(|element| element.is("select"), |_| false));
    }

    fn close_paragraph(&mut self) {
        self.close_scoped(|element| element.is("p"), "button");
    }

    fn is_scoped(&self, name: &str) -> bool {
        self.find(|element| element.is(name), |element| bounds(element, "")).is_some()
    }

    fn close_scoped(&mut self, is_wanted: impl Fn(&Element<'_>) -> bool, more: &str) {
        self.close(self.find(is_wanted, |element| bounds(element, more)));
    }

    /// The innermost formatting element with the name of the tag.
    fn find_formatting(&self, tag: &Tag<'_>) -> Option<usize> {
        self.find(|element| element.is_formatting() && element.has_any_name_of(tag), Element::is_marker)
    }

    /// Ends a formatting element. Blocks inside of it stay open, and with them the formatting elements that contain them: they only
    /// leave it (13.2.6.4.7, adoption agency).
    fn close_formatting(&mut self, tag: &Tag<'_>) {
        let Some(at) = self.find_formatting(tag) else { return };
        if !self.is_at(at, FORMATTING) {
            self.remove(at, |_| false);
        } else if self.find(|element| bounds(element, ""), |_| false).is_none_or(|bound| bound < at) {
            let block = self.find(is_special, |_| false).filter(|block| *block > at);
            self.close(block.map_or(Some(at), |block| block.checked_add(1)));
            self.remove(at, |element| !is_special(element) && !element.is_formatting());
        }
    }
}
