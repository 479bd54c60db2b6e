//! Calls the library as C does, by symbols and raw pointers, with every array exactly as long as its stated length:
//! for Miri (`make miri`), which detects every access out of bounds.

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

#[path = "memory/header.rs"]
mod header;

use header::*;

const OK: i32 = tracehop::status::TRACEHOP_OK;
const SHORT: i32 = tracehop::status::TRACEHOP_SHORT;
const ABSENT: Str = Str { data: null(), len: 0 };
const SEED: [u8; 24] = *b"0123456789abcdef01234567";
const TRACE: &str = "771a43a4192642f0b136d5159a501700";

fn text(text: &str) -> Str {
    Str { data: text.as_ptr(), len: text.len() }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: text(name), value: text(value) }
}

fn blank() -> Box<Context> {
    Box::new([MaybeUninit::uninit(); 1 + tracehop::context::TRACEHOP_CONTEXT_WORDS])
}

fn propagator(targets: &[Target]) -> Propagator {
    let [dsn, release] = ["https://key@o1.ingest.sentry.io/2", "é"].map(text);
    Propagator {
        struct_size: size_of::<Propagator>(),
        identity: [dsn, ABSENT, ABSENT, release, ABSENT],
        rate: -1e9,
        sampler: Some(sampler),
        sampler_data: null_mut(),
        targets: targets.as_ptr(),
        n_targets: targets.len(),
        strict: 0,
        traceparent: 1,
        max_baggage_bytes: 0,
    }
}

/// A sampler that reads its whole input.
unsafe extern "C" fn sampler(told: *const Sampling, _: *mut c_void) -> f64 {
    // SAFETY: the library passes a live value, whose id is as long as it says.
    let (told, id) =
        unsafe { (&*told, std::slice::from_raw_parts((*told).trace_id.data, (*told).trace_id.len)) };
    assert_eq!((id.len(), told.transaction.len, told.parent_sampled), (32, 0, told.parent_sampled));
    told.sample_rand + told.parent_sample_rate.clamp(0.0, 0.5) / 2.0
}

extern "C" fn ends_with_x(url: *const u8, len: usize, _: *mut c_void) -> i32 {
    // SAFETY: the library passes a URL of that many bytes.
    i32::from(unsafe { std::slice::from_raw_parts(url, len) }.ends_with(b"x"))
}

/// The text that a function writes into an exact buffer; a buffer that is a byte too short gets only a NUL.
fn told(write: impl Fn(*mut c_char, usize) -> usize) -> String {
    let len = write(null_mut(), 0);
    let mut buf = vec![1; len + 1];
    assert_eq!(write(buf.as_mut_ptr(), len), len);
    assert_eq!(buf.last(), Some(&1), "nothing at or past the end");
    assert!(len == 0 || buf[0] == 0, "a text that does not fit is empty");
    assert_eq!(write(buf.as_mut_ptr(), len + 1), len);
    // SAFETY: the buffer ends with the NUL that was just written.
    unsafe { CStr::from_ptr(buf.as_ptr()) }.to_str().expect("text").to_owned()
}

fn of(context: &Context, write: Text) -> String {
    // SAFETY: the context is live, the buffer as long as `told` says.
    told(|buf, cap| unsafe { write(context, buf, cap) })
}

/// The headers to set, from an exact buffer.
fn edited(write: impl Fn(*mut c_char, usize, *mut Outcome) -> i32) -> Vec<(String, String)> {
    let mut outcome = Box::<Outcome>::new_uninit();
    assert_eq!(write(null_mut(), 0, outcome.as_mut_ptr()), SHORT);
    // SAFETY: an outcome is also written if the buffer is too short.
    let needed = unsafe { outcome.assume_init_ref() }.needed;
    let mut buf = vec![0; needed];
    assert_eq!(write(buf.as_mut_ptr(), needed - 1, outcome.as_mut_ptr()), SHORT);
    assert_eq!(write(buf.as_mut_ptr(), needed, outcome.as_mut_ptr()), OK);
    // SAFETY: written, because the status is OK.
    let outcome = unsafe { outcome.assume_init() };
    assert_eq!((outcome.reason, outcome.reserved), (0, [0; 4]));
    let headers = outcome.headers[..outcome.n_headers].iter();
    headers.map(|header| (string(header.name), string(header.value))).collect()
}

/// The members of lines, from an exact buffer.
fn listed(lines: &[Str]) -> Vec<(String, String)> {
    let mut members = Box::<Members>::new_uninit();
    // SAFETY: all that is pointed at is live, and the buffer has that many bytes.
    let list = |buf: &mut [c_char], members: *mut Members| unsafe {
        tracehop_baggage_members(lines.as_ptr(), lines.len(), buf.as_mut_ptr(), buf.len(), members)
    };
    assert_eq!(list(&mut [], members.as_mut_ptr()), SHORT);
    // SAFETY: members are also written if the buffer is too short.
    let mut buf = vec![0; unsafe { members.assume_init_ref() }.needed];
    assert_eq!(list(&mut buf, members.as_mut_ptr()), OK);
    // SAFETY: the whole array is written, because the status is OK.
    let members = unsafe { members.assume_init() };
    assert!(members.members[members.n_members..].iter().all(|absent| absent.name.data.is_null()));
    assert_eq!((members.findings, members.reserved), (0, [0; 4]));
    members.members[..members.n_members].iter().map(|it| (string(it.name), string(it.value))).collect()
}

/// A name or value in a buffer.
fn string(text: Str) -> String {
    // SAFETY: names and values are in the buffer, each followed by a NUL.
    unsafe { CStr::from_ptr(text.data.cast()) }.to_str().expect("text").to_owned()
}

fn continued(propagator: &Propagator, headers: &[Header]) -> Box<Context> {
    let mut context = blank();
    // SAFETY: all that is pointed at is live.
    let status = unsafe {
        tracehop_continue_trace(propagator, headers.as_ptr(), headers.len(), SEED.as_ptr(), &mut *context)
    };
    assert_eq!(status, OK);
    context
}

fn incoming() -> [Header; 3] {
    let odd = Str { data: [0xff_u8, 0, b',', b'%'].as_slice().as_ptr(), len: 4 };
    [
        header("Sentry-Trace", "771a43a4192642f0b136d5159a501700-1234567890abcdef-1"),
        header("baggage", "sentry-sample_rate=0.5,sentry-release=%zz%20é,other=1"),
        Header { name: text("baggage"), value: odd },
    ]
}

#[test]
fn a_hop() {
    let (url, text_target) = (
        text("https://a.test/x"),
        Target { kind: 0, text: text("nowhere"), function: None, data: null_mut(), regex: null() },
    );
    let origin = Target { kind: 1, text: text("https://*.b.test"), ..text_target };
    let function = Target { kind: 2, function: Some(ends_with_x), ..text_target };
    let targets = [text_target, origin, function];
    let propagator = propagator(&targets);
    // SAFETY: the propagator and what it points at is live.
    unsafe {
        assert_eq!(tracehop_propagator_check(&propagator), OK);
        assert!(!tracehop_allows(&propagator, text("https://b.test/").pass(), ABSENT.pass()));
        let mut names = [ABSENT; 3];
        assert_eq!(tracehop_header_names(&propagator, names.as_mut_ptr(), names.len()), 4);
        assert_eq!(CStr::from_ptr(names[0].data.cast()), c"sentry-trace", "static text is followed by a NUL");
    }
    let context = continued(&propagator, &incoming());
    assert_eq!(of(&context, tracehop_context_trace_id), TRACE);
    let outgoing = [header("BAGGAGE", "tenant=acme,sentry-old=1")];
    let set = edited(|buf, cap, outcome| {
        // SAFETY: all that is pointed at is live.
        unsafe {
            tracehop_inject(
                &propagator,
                &*context,
                url.pass(),
                ABSENT.pass(),
                outgoing.as_ptr(),
                1,
                buf,
                cap,
                outcome,
            )
        }
    });
    assert_eq!(set.len(), 3, "{set:?}");
    assert!(set[1].1.starts_with("tenant=acme,sentry-sample_rate="), "{set:?}");
    let carried: Vec<Header> = set.iter().map(|(name, value)| header(name, value)).collect();
    let next = continued(&propagator, &carried);
    assert_eq!(of(&next, tracehop_context_parent_span_id), of(&context, tracehop_context_span_id));
    let stripped = edited(|buf, cap, outcome| {
        // SAFETY: all that is pointed at is live.
        unsafe { tracehop_strip(carried.as_ptr(), carried.len(), buf, cap, outcome) }
    });
    assert_eq!(stripped.len(), 3, "{stripped:?}");
}

#[test]
fn texts_children_and_carriers() {
    let propagator = propagator(&[]);
    let (context, mut child, mut other) = (continued(&propagator, &incoming()), blank(), blank());
    // SAFETY: all that is pointed at is live, here and below.
    assert_eq!(unsafe { tracehop_context_child(&*context, SEED.as_ptr(), &mut *child) }, OK);
    assert_eq!(of(&child, tracehop_context_parent_span_id), of(&context, tracehop_context_span_id));
    assert_eq!(of(&child, tracehop_context_link), "");
    let sampled = unsafe { tracehop_context_sampled(&*child) };
    assert!(of(&child, tracehop_context_sentry_trace).ends_with(&format!("-{sampled}")));
    assert!(of(&child, tracehop_context_traceparent).starts_with(&format!("00-{TRACE}-")));
    let page = of(&child, tracehop_context_meta_tags);
    let status =
        unsafe { tracehop_continue_html(&propagator, text(&page).pass(), SEED.as_ptr(), &mut *other) };
    assert_eq!((status, of(&other, tracehop_context_trace_id)), (OK, TRACE.to_owned()));
    let set = edited(|buf, cap, outcome| unsafe { tracehop_context_environ(&*context, buf, cap, outcome) });
    let mut variables: Vec<_> =
        set.iter().map(|(name, value)| format!("{name}={value}\0").into_bytes()).collect();
    let mut environ: Vec<*mut c_char> = variables.iter_mut().map(|text| text.as_mut_ptr().cast()).collect();
    environ.push(null_mut());
    let status =
        unsafe { tracehop_continue_environ(&propagator, environ.as_ptr(), SEED.as_ptr(), &mut *other) };
    assert_eq!((status, of(&other, tracehop_context_trace_id)), (OK, TRACE.to_owned()));
    let lines = ["a=1, b", "sentry-c=2", "c"].map(text);
    let found = Str::passed(unsafe { tracehop_baggage_foreign(lines.as_ptr(), lines.len(), 2) });
    assert_eq!(unsafe { std::slice::from_raw_parts(found.data, found.len) }, b"c");
    let lines = ["a=1,sentry-b=%20", "sentry-c=2"].map(text);
    assert_eq!(listed(&lines), [("b", " "), ("c", "2")].map(|(name, value)| (name.into(), value.into())));
}

#[test]
fn the_lifetime_of_a_page() {
    let (propagator, mut lifetime, mut context) = (propagator(&[]), Box::<Lifetime>::new_uninit(), blank());
    let lifetime = lifetime.as_mut_ptr();
    // SAFETY: all that is pointed at is live, and the lifetime is filled by the first call.
    unsafe {
        assert_eq!(tracehop_lifetime_new(&propagator, SEED.as_ptr(), 0, lifetime), OK);
        assert_eq!(tracehop_lifetime_current(lifetime, &mut *context), OK);
        assert_eq!(tracehop_lifetime_navigate(lifetime, &propagator, [7; 24].as_ptr(), 1), OK);
        let previous = told(|buf, cap| tracehop_lifetime_previous(lifetime, buf, cap));
        assert_eq!(previous, of(&context, tracehop_context_sentry_trace));
    }
}

#[test]
fn a_regex_lives_as_long_as_its_owner() {
    let (mut target, mut at) = (MaybeUninit::<Target>::uninit(), 0);
    // SAFETY: all that is pointed at is live; the owner is freed once, after the last use of its target.
    unsafe {
        let owner = tracehop_targets_new();
        let mut add = |pattern| {
            tracehop_targets_add_regex(owner, text(pattern).pass(), 0, 1, target.as_mut_ptr(), &mut at)
        };
        assert!(add("a(?=b)") > OK);
        assert_eq!(add("/x$"), OK);
        assert_eq!(at, 1);
        let targets = [target.assume_init()];
        assert!(tracehop_allows(&propagator(&targets), text("https://a.test/x").pass(), ABSENT.pass()));
        tracehop_targets_free(owner);
    }
}

#[test]
fn an_older_struct_is_not_read_past_its_end() {
    let (whole, mut context) = (propagator(&[]), blank());
    let size = std::mem::offset_of!(Propagator, max_baggage_bytes);
    let mut older = vec![MaybeUninit::<u64>::uninit(); size / 8];
    // SAFETY: the copy has that many words of `whole`, padding included; the library reads as many as its size says.
    unsafe {
        std::ptr::copy_nonoverlapping((&raw const whole).cast(), older.as_mut_ptr(), older.len());
        older[0].write(size as u64);
        let older: *const Propagator = older.as_ptr().cast();
        assert_eq!(tracehop_propagator_check(older), OK);
        assert_eq!(tracehop_continue_trace(older, null(), 0, SEED.as_ptr(), &mut *context), OK);
    }
}

#[test]
fn null_and_unfilled_structs_are_refused() {
    let (propagator, zero) = (propagator(&[]), Box::new([MaybeUninit::new(0); 384]));
    // SAFETY: these functions check for NULL, and an all-zero context is unfilled.
    unsafe {
        let seed = SEED.as_ptr();
        assert_ne!(tracehop_continue_trace(&propagator, null(), 1, seed, &mut *blank()), OK);
        assert_ne!(tracehop_continue_trace(&propagator, null(), 0, seed, null_mut()), OK);
        assert_ne!(tracehop_continue_trace(null(), null(), 0, seed, &mut *blank()), OK);
        assert_eq!(tracehop_context_trace_id(&*zero, null_mut(), 9), 0);
        assert_eq!(tracehop_context_trace_id(null(), null_mut(), 9), 0);
        tracehop_targets_free(null_mut());
    }
}
