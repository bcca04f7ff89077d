// vitest's own `expect`, which runs in browsers (the package @vitest/expect, see bundle.mjs).
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from 'browser:expect'

export { equals } from 'browser:expect'

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = Object.assign(
  (value, message) => chai.expect(value, message),
  chai.expect,
  globalThis[ASYMMETRIC_MATCHERS_OBJECT],
)
globalThis[GLOBAL_EXPECT] = expect
chai.expect.extend(expect, customMatchers)
