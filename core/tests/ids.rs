//! Ids are read and written eight digits at a time, so every byte is tried at every index.

use tracehop_core::SentryTrace;

const TRACE: &[u8; 51] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";

#[test]
fn every_byte_at_every_index_is_a_digit_or_refused() {
    let indices = (0..32).chain(33..49);
    // A comma would end the value there.
    let bytes = || (0..=u8::MAX).filter(|byte| *byte != b',');
    for (index, byte) in indices.flat_map(|index| bytes().map(move |byte| (index, byte))) {
        let mut text = *TRACE;
        text[index] = byte;
        let is_digit = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let read = SentryTrace::parse(&text);
        assert_eq!(read.is_ok(), is_digit, "{byte} at {index}");
        if let Ok(read) = read {
            assert_eq!(read.to_string().as_bytes(), text);
        }
    }
}

#[test]
fn every_value_of_a_byte_is_read_as_it_is_written() {
    for byte in 0..=u8::MAX {
        let text = format!("{byte:02x}00{:02x}01", !byte).repeat(6);
        let (trace_id, span_id) = (&text[..32], &text[32..]);
        let read = SentryTrace::parse(format!("{trace_id}-{span_id}").as_bytes()).expect("two ids");
        assert_eq!(read.trace_id.as_bytes()[..4], [byte, 0, !byte, 1]);
        assert_eq!(read.span_id.expect("a span id").as_bytes()[4..], [byte, 0, !byte, 1]);
        assert_eq!(read.to_string(), format!("{trace_id}-{span_id}"));
    }
}
