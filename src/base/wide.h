/* wide - 128-bit integers and floating point (GCC and Clang on 64-bit machines). */
#ifndef SALTUS_WIDE_H
#define SALTUS_WIDE_H

__extension__ typedef unsigned __int128 uint128;
__extension__ typedef __int128 int128;

/* 113 bits; slow, for numbers that are formed once. */
#if defined(__x86_64__)
__extension__ typedef __float128 wide_float;
#else
typedef long double wide_float;
#endif

#endif /* SALTUS_WIDE_H */
