/* The first words of the board's memory: the addresses of the stack and of the program's entry. */
#include <stdint.h>

extern char __stack[];
extern void _start(void);

/* Switches on the floating-point unit for the C library's start-up: full access to coprocessors 10 and 11. */
static void reset(void) {
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
    __asm volatile("dsb\n isb");
    _start();
}

static void stopped(void) {
    for (;;) {
    }
}

typedef union { void (*call)(void); char *stack; } vector;

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    {.stack = __stack}, {.call = reset}, {.call = stopped}, {.call = stopped}, {.call = stopped}, {.call = stopped}, {.call = stopped},
};
