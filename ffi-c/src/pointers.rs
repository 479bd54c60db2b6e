//! The only place where what a C caller passed becomes a Rust reference, slice or buffer.
//!
//! Each function makes the checks that can be made (NULL, length) and leaves to its caller what the header
//! asks of a C program: that a pointer which is not NULL points at that many live values.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use crate::status::{TRACEHOP_LENGTH, TRACEHOP_NULL, TRACEHOP_STRUCT_SIZE, tracehop_status};

/// The value behind a pointer.
///
/// # Safety
/// A `pointer` that is not NULL points at a live, aligned `T` that nobody changes during `'a`.
pub(crate) unsafe fn shared<'a, T>(pointer: *const T) -> Result<&'a T, tracehop_status> {
    // SAFETY: `as_ref` checks NULL; the value is the caller's promise.
    unsafe { pointer.as_ref() }.ok_or(TRACEHOP_NULL)
}

/// A struct that begins with its own size and grew at its end: the caller's if it has that of `T`, else `default` with the
/// caller's bytes at its start, kept in `copy`, if it has one of the sizes in `older`.
///
/// # Safety
/// A `pointer` that is not NULL points at a live, aligned value, as many bytes of a `T` as it says itself, that nobody changes
/// during `'a`. Each of the sizes in `older` is the offset of a field of `T`.
#[inline(always)]
pub(crate) unsafe fn sized<'a, T: Copy>(
    pointer: *const T,
    older: &[usize],
    default: T,
    copy: &'a mut Option<T>,
) -> Result<&'a T, tracehop_status> {
    // SAFETY: `shared` checks NULL; every size of the struct contains the size itself, at its start.
    let size = *unsafe { shared(pointer.cast::<usize>()) }?;
    if size == size_of::<T>() {
        // SAFETY: it is not NULL, checked above, and it is a whole `T` by its own size.
        return unsafe { shared(pointer) };
    }
    if !older.contains(&size) {
        return Err(TRACEHOP_STRUCT_SIZE);
    }
    let copy = copy.insert(default);
    // SAFETY: `size` is smaller than that of `T`, and the struct has that many bytes by its own word; both structs hold the
    // same fields there.
    unsafe { core::ptr::copy_nonoverlapping(pointer.cast::<u8>(), (&raw mut *copy).cast(), size) };
    Ok(copy)
}

/// The values of an array. NULL is an empty one if `n` is 0.
///
/// # Safety
/// A `pointer` that is not NULL points at `n` values that nobody changes during `'a`.
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, n: usize) -> Result<&'a [T], tracehop_status> {
    if n == 0 {
        return Ok(&[]);
    }
    let pointer = NonNull::new(pointer.cast_mut()).ok_or(TRACEHOP_NULL)?;
    if n.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(TRACEHOP_LENGTH);
    }
    // SAFETY: not NULL and at most isize::MAX bytes, both checked above; the values are the caller's promise.
    Ok(unsafe { core::slice::from_raw_parts(pointer.as_ptr(), n) })
}

/// The buffer that text is written to. NULL is an empty one, whatever `cap` says.
///
/// # Safety
/// A `pointer` that is not NULL points at `cap` bytes that only this call uses during `'a`.
pub(crate) unsafe fn buffer<'a>(pointer: *mut c_char, cap: usize) -> &'a mut [MaybeUninit<u8>] {
    if pointer.is_null() {
        return &mut [];
    }
    let cap = cap.min(isize::MAX as usize);
    // SAFETY: not NULL and at most isize::MAX bytes, both checked above; the bytes are the caller's promise.
    unsafe { core::slice::from_raw_parts_mut(pointer.cast(), cap) }
}

/// Copies bytes to the beginning of a buffer, one after the other, if all of them fit; returns how many bytes there are.
#[inline(always)]
pub(crate) fn put<const N: usize>(buffer: &mut [MaybeUninit<u8>], parts: [&[u8]; N]) -> usize {
    let len = parts.iter().fold(0_usize, |len, part| len.saturating_add(part.len()));
    if len > buffer.len() {
        return len;
    }
    let mut place = buffer.as_mut_ptr().cast::<u8>();
    for part in parts {
        // SAFETY: all parts together are no longer than the buffer, checked above, which is borrowed for writing, so
        // that they lie elsewhere.
        unsafe {
            core::ptr::copy_nonoverlapping(part.as_ptr(), place, part.len());
            place = place.add(part.len());
        }
    }
    len
}

/// The first `N` bytes behind a pointer.
///
/// # Safety
/// A `pointer` that is not NULL points at `N` bytes that nobody changes during `'a`.
pub(crate) unsafe fn bytes<'a, const N: usize>(pointer: *const u8) -> Result<&'a [u8; N], tracehop_status> {
    // SAFETY: `shared` checks NULL; bytes have no alignment; the N bytes are the caller's promise.
    unsafe { shared(pointer.cast()) }
}

/// The strings of an array that ends with NULL, such as POSIX `environ`.
///
/// # Safety
/// A `pointer` that is not NULL points at C strings that nobody changes during `'a`, and a NULL after them.
pub(crate) unsafe fn c_strings<'a>(
    pointer: *const *mut c_char,
) -> Result<impl Iterator<Item = &'a [u8]>, tracehop_status> {
    let mut next = NonNull::new(pointer.cast_mut()).ok_or(TRACEHOP_NULL)?;
    Ok(core::iter::from_fn(move || {
        // SAFETY: not NULL, checked above; it moves on only past a string that is not NULL, so it stays in the array,
        // and such a string ends with a NUL by the caller's promise.
        unsafe {
            let string = NonNull::new(next.read())?;
            next = next.add(1);
            Some(CStr::from_ptr(string.as_ptr()).to_bytes())
        }
    }))
}

/// The memory that a result is written to: never NULL, written once, and only when all went well.
#[derive(Debug)]
pub(crate) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// The memory behind a pointer.
    ///
    /// # Safety
    /// A `pointer` that is not NULL is aligned and points at memory for a `T` that stays until `set` is called.
    pub(crate) unsafe fn new(pointer: *mut T) -> Result<Self, tracehop_status> {
        NonNull::new(pointer).map(Out).ok_or(TRACEHOP_NULL)
    }

    /// The memory, for a result that is written in parts.
    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    /// Writes the result.
    pub(crate) fn set(self, value: T) {
        // SAFETY: not NULL, checked by `new`, whose caller promised the memory behind it.
        unsafe { self.0.write(value) }
    }
}

/// Writes values to a caller's array as far as they fit; returns how many values there are.
///
/// # Safety
/// A `pointer` that is not NULL is aligned and points at memory for `cap` values.
pub(crate) unsafe fn fill<T>(pointer: *mut T, cap: usize, values: impl Iterator<Item = T>) -> usize {
    let place = NonNull::new(pointer);
    values.enumerate().fold(0, |_, (index, value)| {
        if let Some(place) = place.filter(|_| index < cap) {
            // SAFETY: not NULL and within the `cap` values, both checked just now.
            unsafe { place.add(index).write(value) }
        }
        index + 1
    })
}
