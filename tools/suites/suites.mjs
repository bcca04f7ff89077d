// What is run, and how our package is put in the reference's place.

/** CommonJS that hands on an ES module's exports as an ordinary object. */
const handOn = (...files) =>
  `'use strict'\nmodule.exports = Object.assign({}, ${files.map((file) => `require(${JSON.stringify(file)})`).join(', ')})\n`

/**
 * @typedef {object} Suite
 * @property {string} name on npm
 * @property {string} [main] the file that stands for the package
 * @property {string[]} [skip] test files that test nothing
 * @property {(entryFile: (entry: string) => string) => string} face the text of that file
 * @property {Record<string, string>} [differences] a part of a failing assertion's line → why ours differs (each
 *   stands in our package's README)
 */

/** @type {readonly Suite[]} */
export const suites = [
  { name: 'ssb-ref', face: (file) => handOn(file('ssb-ref')) },
  { name: 'ssb-keys', face: (file) => handOn(file('ssb-keys'), file('ssb-keys/file')) },
  { name: 'ssb-validate', face: (file) => handOn(file('ssb-validate')) },
  {
    name: 'private-box',
    skip: ['benchmark.js'],
    // Other names, null for undefined, and byte arrays for Buffers: the README lists all three.
    face: (file) => `'use strict'
const { box, unbox, unboxKey, unboxBody } = require(${JSON.stringify(file('ssb-private-box'))})
const buffer = (bytes) => (bytes ? Buffer.from(bytes) : undefined)
const slots = (max) => (max === undefined ? {} : { slotsMax: max })
exports.encrypt = exports.multibox = (plain, recipients, max) =>
  buffer(box(plain, recipients, max === undefined ? {} : { max }))
exports.decrypt = exports.multibox_open = (boxed, secret, max) =>
  buffer(unbox(boxed, secret, slots(max)))
exports.multibox_open_key = (boxed, secret, max) => buffer(unboxKey(boxed, secret, slots(max)))
exports.multibox_open_body = (boxed, key) => buffer(unboxBody(boxed, key))
`,
  },
]
