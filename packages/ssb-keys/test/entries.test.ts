import { expect, test } from 'vitest'
import * as everything from '../src/node.ts'

test('the drop-in has every function of ssb-keys 8.5', () => {
  const names =
    'hash getTag generate load loadSync create createSync loadOrCreate loadOrCreateSync sign verify signObj verifyObj box ssbSecretKeyToPrivateBoxSecret unboxKey unboxBody unbox secretBox secretUnbox'
  for (const name of names.split(' ')) expect(everything).toHaveProperty(name, expect.any(Function))
})
