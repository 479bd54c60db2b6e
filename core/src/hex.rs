//! Lower-case hex, eight digits at a time in one 64-bit word; the first digit is in the lowest byte.

/// A word with this byte in all eight positions.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Decodes lower-case hex of exactly `2 * N` digits; `None` for anything else.
pub(crate) fn read<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    decode(text, &mut bytes).then_some(bytes)
}

/// `inline(always)`: the lengths are constants.
#[cfg_attr(feature = "std", inline(always))]
fn decode(text: &[u8], bytes: &mut [u8]) -> bool {
    let mut invalid = 0;
    for (quad, word) in bytes.as_chunks_mut().0.iter_mut().zip(text.as_chunks().0) {
        let word = u64::from_le_bytes(*word);
        let values = values(word);
        invalid |= values & each(0xf0) | digits(values) ^ word;
        *quad = joined(values).to_le_bytes();
    }
    text.len() == bytes.len().wrapping_mul(2) && invalid == 0
}

/// Decodes two lower-case digits.
pub(crate) fn read_byte(text: &[u8]) -> Option<u8> {
    let [high, low] = text else { return None };
    read(&[*high, *low, b'0', b'0', b'0', b'0', b'0', b'0']).map(|[byte, _, _, _]: [u8; 4]| byte)
}

/// Writes bytes as lower-case hex into `text`, twice as long.
pub(crate) fn write(bytes: &[u8], text: &mut [u8]) {
    let (words, _) = text.as_chunks_mut::<8>();
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = digits(split(u32::from_le_bytes(*bytes))).to_le_bytes();
    }
}

/// The values of eight digits; unspecified for other bytes.
const fn values(digits: u64) -> u64 {
    let letters = (digits & each(0x40)) >> 6;
    (digits & each(0x0f)).wrapping_add(letters.wrapping_mul(9))
}

/// The digits of eight values below 16.
const fn digits(values: u64) -> u64 {
    let letters = (values.wrapping_add(each(6)) >> 4) & each(1);
    values.wrapping_add(each(b'0')).wrapping_add(letters.wrapping_mul((b'a' - b'0' - 10) as u64))
}

/// Joins eight values below 16 to four bytes.
const fn joined(values: u64) -> u32 {
    let pairs = (values << 4 | values >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    (fours | fours >> 16) as u32
}

/// Splits four bytes into eight values below 16.
const fn split(bytes: u32) -> u64 {
    let fours = (bytes as u64 | (bytes as u64) << 16) & 0x0000_ffff_0000_ffff;
    let pairs = (fours | fours << 8) & 0x00ff_00ff_00ff_00ff;
    (pairs >> 4 | pairs << 8) & each(0x0f)
}
