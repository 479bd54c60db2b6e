//! The only file that turns a C caller's pointers into Rust references, slices and buffers.
//!
//! Each function checks what can be checked: NULL and length. Its caller must ensure what the header requires
//! of a C program: that a pointer which is not NULL points at that many live values.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use crate::status::{TRACEHOP_LENGTH, TRACEHOP_NULL, TRACEHOP_STRUCT_SIZE, tracehop_status};

/// The value that a pointer points at.
///
/// # Safety
/// A `pointer` that is not NULL points at a live, aligned `T` that is not changed during `'a`.
pub(crate) unsafe fn shared<'a, T>(pointer: *const T) -> Result<&'a T, tracehop_status> {
    // SAFETY: `as_ref` checks NULL; the value is the caller's promise.
    unsafe { pointer.as_ref() }.ok_or(TRACEHOP_NULL)
}

/// A struct that begins with its own size and has grown at its end. Returns the caller's struct if it has the size of `T`. If
/// it has one of the sizes in `older`, returns `copy`: `default` with the caller's bytes at its start.
///
/// # Safety
/// A `pointer` that is not NULL points at a live, aligned value that is not changed during `'a`: as many bytes of a `T` as its
/// own size says. Each of the sizes in `older` is the offset of a field of `T`.
#[inline(always)]
pub(crate) unsafe fn sized<'a, T: Copy>(
    pointer: *const T,
    older: &[usize],
    default: T,
    copy: &'a mut Option<T>,
) -> Result<&'a T, tracehop_status> {
    // SAFETY: `shared` checks NULL; every version of the struct begins with its size.
    let size = *unsafe { shared(pointer.cast::<usize>()) }?;
    if size == size_of::<T>() {
        // SAFETY: it is not NULL, checked above, and its own size says that it is a whole `T`.
        return unsafe { shared(pointer) };
    }
    if !older.contains(&size) {
        return Err(TRACEHOP_STRUCT_SIZE);
    }
    let copy = copy.insert(default);
    // SAFETY: `size` is smaller than that of `T`, and the struct has that many bytes as its own size says; both structs have
    // the same fields there.
    unsafe { core::ptr::copy_nonoverlapping(pointer.cast::<u8>(), (&raw mut *copy).cast(), size) };
    Ok(copy)
}

/// The values of an array. NULL is an empty array if `n` is 0.
///
/// # Safety
/// A `pointer` that is not NULL points at `n` values that are not changed during `'a`.
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

/// The buffer that text is written to. NULL is an empty buffer for any `cap`.
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

/// Copies all parts to the beginning of a buffer if they fit together; returns the sum of their lengths.
#[inline(always)]
pub(crate) fn put<const N: usize>(buffer: &mut [MaybeUninit<u8>], parts: [&[u8]; N]) -> usize {
    let len = parts.iter().fold(0_usize, |len, part| len.saturating_add(part.len()));
    if len > buffer.len() {
        return len;
    }
    let mut place = buffer.as_mut_ptr().cast::<u8>();
    for part in parts {
        // SAFETY: all parts together fit in the buffer, checked above; it is mutably borrowed, so no part overlaps it.
        unsafe {
            core::ptr::copy_nonoverlapping(part.as_ptr(), place, part.len());
            place = place.add(part.len());
        }
    }
    len
}

/// The first `N` bytes that a pointer points at.
///
/// # Safety
/// A `pointer` that is not NULL points at `N` bytes that are not changed during `'a`.
pub(crate) unsafe fn bytes<'a, const N: usize>(pointer: *const u8) -> Result<&'a [u8; N], tracehop_status> {
    // SAFETY: `shared` checks NULL; bytes have no alignment; the N bytes are the caller's promise.
    unsafe { shared(pointer.cast()) }
}

/// The strings of an array that ends with NULL, such as POSIX `environ`.
///
/// # Safety
/// A `pointer` that is not NULL points at C strings that are not changed during `'a`, and a NULL after them.
pub(crate) unsafe fn c_strings<'a>(
    pointer: *const *mut c_char,
) -> Result<impl Iterator<Item = &'a [u8]>, tracehop_status> {
    let mut next = NonNull::new(pointer.cast_mut()).ok_or(TRACEHOP_NULL)?;
    Ok(core::iter::from_fn(move || {
        // SAFETY: not NULL, checked above; it advances only past a string that is not NULL, so it stays in the array;
        // that each string ends with a NUL is the caller's promise.
        unsafe {
            let string = NonNull::new(next.read())?;
            next = next.add(1);
            Some(CStr::from_ptr(string.as_ptr()).to_bytes())
        }
    }))
}

/// The memory that a result is written to: never NULL, written once, and only on success.
#[derive(Debug)]
pub(crate) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// The memory that a pointer points at.
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
        // SAFETY: not NULL, checked by `new`, whose caller promised the memory it points at.
        unsafe { self.0.write(value) }
    }
}

/// Writes the values that fit to a caller's array; returns how many values there are.
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
