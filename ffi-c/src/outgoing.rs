//! Writing into requests and child processes.

use core::ffi::c_char;

use tracehop_core::{Findings, HeaderValue, Headers, Reason};

use crate::context::tracehop_context;
use crate::context_text::get;
use crate::headers::read;
use crate::outcome::{Edit, edited, tracehop_outcome};
use crate::panic_guard::status;
use crate::propagator::{tracehop_propagator, with};
use crate::status::tracehop_status;
use crate::text::{tracehop_header, tracehop_str};

/// Lists the headers to set on a request to `url` so that it carries this trace, if the URL is a propagation
/// target.
///
/// `outgoing` is the request's own `n` headers: all of them, or at least those that `tracehop_header_names`
/// lists. `page_url` is the URL of the page if a browser or webview sends the request, else `{NULL, 0}`.
/// Injecting twice equals injecting once. Returns `TRACEHOP_OK` for every reason in `outcome`; else
/// `TRACEHOP_NULL`, `TRACEHOP_LENGTH`, `TRACEHOP_UNFILLED`, `TRACEHOP_UTF8` for a URL that is not UTF-8,
/// `TRACEHOP_SHORT`, or a status of `tracehop_propagator_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_inject(
    propagator: *const tracehop_propagator,
    context: Option<&tracehop_context>,
    url: tracehop_str,
    page_url: tracehop_str,
    outgoing: *const tracehop_header,
    n: usize,
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
) -> tracehop_status {
    status(|| {
        let (context, url, page_url) = (get(context)?, url.text()?, page_url.option()?);
        let mut carried = Headers::new();
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            read(&mut carried, outgoing, n)?;
            with(propagator, |propagator| {
                edited(buf, cap, outcome, |edit| {
                    let set = |name, value: HeaderValue<'_>| edit.set(name, &value);
                    let done = propagator.inject(&context, url, page_url, &carried, set);
                    (done.reason(), done.findings())
                })
            })?
        }
    })
}

/// Lists the headers to set on a request that has the headers `outgoing`, without checking the URL: the caller
/// must decide whether it may get a trace. Statuses as for `tracehop_inject`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_headers(
    context: Option<&tracehop_context>,
    outgoing: *const tracehop_header,
    n: usize,
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
) -> tracehop_status {
    status(|| {
        let (context, mut carried) = (get(context)?, Headers::new());
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            read(&mut carried, outgoing, n)?;
            edited(buf, cap, outcome, |edit| {
                let done = context.headers(&carried, |name, value| edit.set(name, &value));
                (done.reason(), done.findings())
            })
        }
    })
}

/// Lists the headers to set or remove so that a request no longer carries a trace, such as on a redirect to a
/// host that is no target. Third-party baggage is kept. Statuses as for `tracehop_inject`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_strip(
    existing: *const tracehop_header,
    n: usize,
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
) -> tracehop_status {
    status(|| {
        let mut carried = Headers::new();
        // SAFETY: each checks NULL; the memory at the pointers is the caller's promise.
        unsafe {
            read(&mut carried, existing, n)?;
            edited(buf, cap, outcome, |edit| {
                (Reason::Written, carried.strip(|name, value| edit.set(name, &value)))
            })
        }
    })
}

/// Lists the variables to set in the environment of a child process so that it continues this trace. Set all
/// of them, empty ones too, so that none is inherited from another trace. Statuses as for `tracehop_inject`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tracehop_context_environ(
    context: Option<&tracehop_context>,
    buf: *mut c_char,
    cap: usize,
    outcome: *mut tracehop_outcome,
) -> tracehop_status {
    status(|| {
        let context = get(context)?;
        let body = |edit: &mut Edit<'_>| {
            context.environ(|name, value| edit.set(name, &value));
            (Reason::Written, Findings::default())
        };
        // SAFETY: `edited` checks NULL; the memory at the pointers is the caller's promise.
        unsafe { edited(buf, cap, outcome, body) }
    })
}
