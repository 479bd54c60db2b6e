//! Text across the boundary to C: pointer and length as input, a caller's buffer as output.

use core::ffi::{CStr, c_char};
use core::fmt::{self, Write};
use core::mem::MaybeUninit;

use ascii::AsciiStr;
use tracehop_core::{Decoded, HeaderValue};

use crate::panic_guard::or;
use crate::pointers::{buffer, put, slice};
use crate::status::{TRACEHOP_UTF8, tracehop_status};

/// Borrowed text or bytes: `len` bytes at `data`, no NUL needed.
///
/// `{NULL, 0}` means absent. If the library returns it, the function says how long it lives, and no NUL
/// follows it unless it is static text or the function says so.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_str {
    /// The first byte.
    data: *const c_char,
    /// The length in bytes.
    len: usize,
}

/// A name and a value: a header line, a WSGI or CGI variable, or a header to set.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct tracehop_header {
    /// The name, in any case in input.
    pub(crate) name: tracehop_str,
    /// The value, any bytes in input. In output an empty value means: remove this header.
    pub(crate) value: tracehop_str,
}

impl tracehop_header {
    /// No header.
    pub(crate) const ABSENT: tracehop_header =
        tracehop_header { name: tracehop_str::ABSENT, value: tracehop_str::ABSENT };

    /// Name and value as bytes.
    pub(crate) fn pair<'a>(&self) -> Result<(&'a [u8], &'a [u8]), tracehop_status> {
        Ok((self.name.bytes()?, self.value.bytes()?))
    }
}

impl tracehop_str {
    /// Absent text.
    pub(crate) const ABSENT: tracehop_str = tracehop_str { data: core::ptr::null(), len: 0 };

    /// Bytes that live at least as long as the header promises the C caller.
    pub(crate) const fn new(bytes: &[u8]) -> Self {
        tracehop_str { data: bytes.as_ptr().cast(), len: bytes.len() }
    }

    /// Text that may be read past its length, up to its NUL.
    pub(crate) const fn terminated(text: &CStr) -> Self {
        tracehop_str { data: text.as_ptr(), len: text.count_bytes() }
    }

    /// The bytes; empty if absent.
    pub(crate) fn bytes<'a>(self) -> Result<&'a [u8], tracehop_status> {
        // SAFETY: `slice` checks NULL and length; the fields are private, so they come from a C caller, who promises
        // `len` bytes at `data` for the length of the call.
        unsafe { slice(self.data.cast(), self.len) }
    }

    /// The text; empty if absent.
    #[inline(always)]
    pub(crate) fn text<'a>(self) -> Result<&'a str, tracehop_status> {
        if self.len == 0 { Ok("") } else { self.some_text() }
    }

    // `inline(never)`: most options are unset, and each call reads them all.
    #[inline(never)]
    fn some_text<'a>(self) -> Result<&'a str, tracehop_status> {
        let bytes = self.bytes()?;
        // ASCII is UTF-8, and its check takes fewer instructions.
        let ascii = AsciiStr::from_ascii(bytes).map(AsciiStr::as_str);
        ascii.or_else(|_| core::str::from_utf8(bytes)).map_err(|_| TRACEHOP_UTF8)
    }

    /// The text, or `None` if absent or not UTF-8: for names that a client may choose.
    pub(crate) fn lenient<'a>(self) -> Result<Option<&'a str>, tracehop_status> {
        let text = core::str::from_utf8(self.bytes()?).ok();
        Ok(text.filter(|_| !self.data.is_null()))
    }

    /// The text, or `None` if absent: empty text is present.
    pub(crate) fn option<'a>(self) -> Result<Option<&'a str>, tracehop_status> {
        Ok(Some(self.text()?).filter(|_| !self.data.is_null()))
    }
}

/// The text of a C string up to its NUL, borrowed; `{NULL, 0}` for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_str_from(text: *const c_char) -> tracehop_str {
    if text.is_null() {
        return tracehop_str::ABSENT;
    }
    // SAFETY: not NULL, checked above; the NUL at its end is the caller's promise.
    tracehop_str::terminated(unsafe { CStr::from_ptr(text) })
}

/// A text padded with NULs to the length of an array, at least one.
pub(crate) fn terminated<const N: usize>(text: &[u8]) -> [c_char; N] {
    let mut bytes = [0; N];
    if let Some((_, content)) = bytes.split_last_mut()
        && let Some(start) = content.get_mut(..text.len())
    {
        start.copy_from_slice(text);
    }
    bytes.map(|byte| byte as c_char)
}

/// A caller's buffer that counts the bytes it would need, like `snprintf`.
#[derive(Debug)]
pub(crate) struct Buffer<'a> {
    /// The caller's pointer. Pointers into the text derive from it, because it outlives the borrow below.
    start: *const c_char,
    bytes: &'a mut [MaybeUninit<u8>],
    len: usize,
}

impl<'a> Buffer<'a> {
    /// An empty text in a caller's buffer.
    ///
    /// # Safety
    /// As for [`buffer`].
    pub(crate) unsafe fn new(buf: *mut c_char, cap: usize) -> Self {
        // SAFETY: the promise is that of this function's caller.
        Buffer { start: buf, bytes: unsafe { buffer(buf, cap) }, len: 0 }
    }

    /// The length of the text so far, even if it does not fit.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// True if the text is longer than the buffer.
    pub(crate) fn is_short(&self) -> bool {
        self.len > self.bytes.len()
    }

    /// Writes a header with a NUL after its name and after its value, and returns it, unless the buffer is too
    /// short.
    #[inline(always)]
    pub(crate) fn header(&mut self, name: &str, value: &HeaderValue<'_>) -> tracehop_header {
        let (name, start, at) = (name.as_bytes(), self.start, self.len);
        match value.as_bytes() {
            // Nearly all values are one slice.
            Some(value) => {
                self.append([name, b"\0", value, b"\0"]);
                let end = at + name.len() + 1;
                tracehop_header { name: part(start, at, name.len()), value: part(start, end, value.len()) }
            }
            None => tracehop_header {
                name: self.part(|text| text.push(name)),
                value: self.part(|text| text.push_value(value)),
            },
        }
    }

    /// Writes a decoded text with a NUL after it, and returns it, unless the buffer is too short.
    pub(crate) fn decoded(&mut self, decoded: &Decoded<'_>) -> tracehop_str {
        self.part(|text| text.push_decoded(decoded))
    }

    fn part(&mut self, write: impl FnOnce(&mut Self)) -> tracehop_str {
        let at = self.len;
        write(self);
        let part = part(self.start, at, self.len - at);
        self.push(b"\0");
        part
    }

    /// Appends bytes if they fit; counts them in any case.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.append([bytes]);
    }

    #[inline(always)]
    fn append<const N: usize>(&mut self, parts: [&[u8]; N]) {
        let free = self.bytes.get_mut(self.len..).unwrap_or_default();
        self.len = self.len.saturating_add(put(free, parts));
    }

    /// Appends a header value.
    pub(crate) fn push_value(&mut self, value: &HeaderValue<'_>) {
        value.chunks().for_each(|chunk| self.push(chunk));
    }

    /// Appends a decoded text; text without percent-encoding is copied without `Display`.
    pub(crate) fn push_decoded(&mut self, decoded: &Decoded<'_>) {
        match decoded.plain_bytes().filter(|bytes| bytes.is_ascii()) {
            Some(text) => self.push(text),
            None => _ = write!(self, "{decoded}"),
        }
    }

    /// Ends the text with a NUL, or empties it if text and NUL do not fit. Returns its length without the NUL.
    fn finish(self) -> usize {
        let end = if self.len < self.bytes.len() { self.len } else { 0 };
        if let Some(place) = self.bytes.get_mut(end) {
            place.write(0);
        }
        self.len
    }
}

fn part(start: *const c_char, at: usize, len: usize) -> tracehop_str {
    tracehop_str { data: start.wrapping_add(at), len }
}

impl Write for Buffer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Runs a body that writes text into a caller's buffer. Returns the length that the text needs; 0 on every error.
///
/// # Safety
/// As for [`Buffer::new`].
pub(crate) unsafe fn written(
    buf: *mut c_char,
    cap: usize,
    body: impl FnOnce(&mut Buffer<'_>) -> Result<(), tracehop_status>,
) -> usize {
    or(0, || {
        // SAFETY: the caller of this function vouched for `buf` and `cap`.
        let mut text = unsafe { Buffer::new(buf, cap) };
        if body(&mut text).is_err() {
            text.len = 0;
        }
        text.finish()
    })
}
