// The part of vitest that the packages' portable tests use. Tests are gathered while their file loads, then run.
export { expect } from './expect.mjs'

let path = []
let hooks = { before: [], after: [] }
let gathered = []

/** The tests of the file that has just been loaded. */
export function takeTests() {
  const tests = gathered
  gathered = []
  hooks = { before: [], after: [] }
  return tests
}

const title = (pattern, row) =>
  `${pattern} [${(Array.isArray(row) ? row : [row]).map((item) => (typeof item === 'string' ? item : typeof item)).join(', ')}]`.slice(
    0,
    150,
  )
const call = (fn, row) => (Array.isArray(row) ? fn(...row) : fn(row))
const bodyOf = (args) => args.find((arg) => typeof arg === 'function')

function add(name, ...args) {
  const body = bodyOf(args)
  if (!body) throw new TypeError(`the test ${name} has no body`)
  const { before, after } = hooks
  gathered.push({
    name: [...path, name].join(' > '),
    async run() {
      for (const hook of before) await hook()
      try {
        await body()
      } finally {
        for (const hook of after) await hook()
      }
    },
  })
}

function group(name, ...args) {
  const outer = { path, hooks }
  path = [...path, name]
  hooks = { before: [...hooks.before], after: [...hooks.after] }
  try {
    bodyOf(args)()
  } finally {
    ;({ path, hooks } = outer)
  }
}

const each =
  (define, spread) =>
  (rows) =>
  (pattern, ...args) => {
    const body = bodyOf(args)
    for (const row of rows)
      define(title(pattern, row), () => (spread ? call(body, row) : body(row)))
  }
const withEach = (define) => Object.assign(define, { each: each(define, true), for: each(define) })

export const test = withEach(add)
export const it = test
export const describe = withEach(group)
export const beforeEach = (hook) => hooks.before.push(hook)
export const afterEach = (hook) => hooks.after.unshift(hook)
