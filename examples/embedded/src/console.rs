//! The output: the debugger's terminal on the board, standard output on the host.

use core::fmt;

/// A writer of lines.
#[derive(Debug)]
pub struct Console(terminal::Terminal);

impl Console {
    /// The terminal of the board, or standard output.
    pub fn open() -> Console {
        Console(terminal::Terminal::open())
    }

    /// Writes bytes unchanged.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Console {
        self.0.write(bytes);
        self
    }

    /// Writes a number in decimal, without `core::fmt`, which would be most of the measured code.
    pub fn number(&mut self, number: u32) -> &mut Console {
        if number >= 10 {
            self.number(number / 10);
        }
        self.bytes(&[b'0' + (number % 10) as u8])
    }

    /// Ends the line.
    pub fn end(&mut self) {
        self.bytes(b"\n");
    }
}

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

/// Makes `fn(&mut Console)` the program: the reset handler's `main` on the board, `main` on the host.
#[macro_export]
macro_rules! program {
    ($run:path) => {
        #[cfg(target_os = "none")]
        #[cortex_m_rt::entry]
        fn main() -> ! {
            let mut console = $crate::console::Console::open();
            $run(&mut console);
            console.bytes(b"stack ").number($crate::console::deepest_stack()).bytes(b" bytes").end();
            $crate::console::leave()
        }

        #[cfg(not(target_os = "none"))]
        fn main() {
            $run(&mut $crate::console::Console::open())
        }
    };
}

#[cfg(target_os = "none")]
pub use board::{deepest_stack, leave};

#[cfg(target_os = "none")]
mod board {
    use core::panic::PanicInfo;
    use core::ptr;
    use cortex_m_semihosting::debug;

    unsafe extern "C" {
        static _stack_start: u32;
        static _stack_end: u32;
        /// Not defined: a program that can reach it does not link.
        fn a_panic_can_be_reached() -> !;
    }

    #[panic_handler]
    fn panic(_: &PanicInfo<'_>) -> ! {
        unsafe { a_panic_can_be_reached() }
    }

    /// Bytes of stack that were written: the reset handler has filled all of it with a pattern.
    #[inline(never)]
    pub fn deepest_stack() -> u32 {
        let (top, mut word) = (&raw const _stack_start, &raw const _stack_end);
        while word < top && unsafe { ptr::read_volatile(word) } == cortex_m_rt::STACK_PAINT_VALUE {
            word = word.wrapping_add(1);
        }
        (top as u32) - (word as u32)
    }

    /// Ends the emulator with success.
    pub fn leave() -> ! {
        debug::exit(debug::EXIT_SUCCESS);
        loop {}
    }
}

#[cfg(target_os = "none")]
mod terminal {
    use cortex_m_semihosting::{nr, syscall};

    #[derive(Debug)]
    pub(super) struct Terminal(usize);

    impl Terminal {
        pub(super) fn open() -> Terminal {
            Terminal(unsafe { syscall!(OPEN, c":tt".as_ptr(), nr::open::W_TRUNC, 3) })
        }

        pub(super) fn write(&mut self, bytes: &[u8]) {
            unsafe { syscall!(WRITE, self.0, bytes.as_ptr(), bytes.len()) };
        }
    }
}

#[cfg(not(target_os = "none"))]
mod terminal {
    use std::io::{Stdout, Write, stdout};

    #[derive(Debug)]
    pub(super) struct Terminal(Stdout);

    impl Terminal {
        pub(super) fn open() -> Terminal {
            Terminal(stdout())
        }

        pub(super) fn write(&mut self, bytes: &[u8]) {
            self.0.write_all(bytes).expect("standard output is open");
        }
    }
}
