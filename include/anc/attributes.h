/* SPDX-License-Identifier: MIT */
#ifndef ANC_ATTRIBUTES_H
#define ANC_ATTRIBUTES_H

/*
 * Compiler extensions, each behind a name that is empty where the compiler lacks it.
 * No other public header names a compiler.
 */

#if defined(__cplusplus)
#define ANC_BEGIN_DECLS extern "C" {
#define ANC_END_DECLS }
#else
#define ANC_BEGIN_DECLS
#define ANC_END_DECLS
#endif

/* An inline function with one external definition, in the library; gnu89 turns the words. */
#if defined(__cplusplus)
#define ANC_INLINE inline
#elif defined(__GNUC_GNU_INLINE__)
#define ANC_INLINE extern __inline__
#else
#define ANC_INLINE inline
#endif

/* An inline function of the including file alone, as the typed macros stamp them. */
#if defined(__GNUC__)
#define ANC_STATIC_INLINE static __inline__ __attribute__((__unused__))
#else
#define ANC_STATIC_INLINE static inline
#endif

#if defined(__GNUC__)
#define ANC_API __attribute__((__visibility__("default")))
#define ANC_ALWAYS_INLINE __attribute__((__always_inline__))
#define ANC_MUST_USE __attribute__((__warn_unused_result__))
#define ANC_PURE __attribute__((__pure__))
#define ANC_COLD __attribute__((__cold__, __noinline__))
#define ANC_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define ANC_CLEANUP(function) __attribute__((__cleanup__(function)))
#else
#define ANC_API
#define ANC_ALWAYS_INLINE
#define ANC_MUST_USE
#define ANC_PURE
#define ANC_COLD
#define ANC_LIKELY(condition) (condition)
#endif

/* gcc checks what a call reads and writes through its pointers; clang does not know the word. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
#define ANC_READS(pointer, count) __attribute__((__access__(__read_only__, pointer, count)))
#else
#define ANC_READS(pointer, count)
#endif

/* A descriptor argument, for the analyser of gcc 13 and later. */
#if defined(__has_attribute)
#if __has_attribute(__fd_arg__)
#define ANC_FD_ARG(n) __attribute__((__fd_arg__(n)))
#endif
#endif
#ifndef ANC_FD_ARG
#define ANC_FD_ARG(n)
#endif

#endif
