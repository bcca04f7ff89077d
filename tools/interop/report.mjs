// What a scenario has shown so far, line by line.

/** An expectation that did not hold. */
export class Unmet extends Error {}

/**
 * A list of checks; each is printed as it is made.
 *
 * @param {string} scenario
 */
export function createReport(scenario) {
  const failures = []
  let made = 0
  return {
    get made() {
      return made
    },
    failures,
    /** Note whether something holds. */
    check(what, holds, detail = '') {
      made++
      console.log(
        `${holds ? '  ok    ' : '  FAILED'} ${what}${holds || !detail ? '' : `: ${detail}`}`,
      )
      if (!holds) failures.push(`${scenario}: ${what}`)
    },
    /** Do a step; what it throws is a failure and ends the scenario. */
    async step(what, work) {
      const start = Date.now()
      try {
        const note = await work()
        made++
        console.log(
          `  ok     ${what} (${Date.now() - start} ms)${typeof note === 'string' ? `, ${note}` : ''}`,
        )
      } catch (error) {
        made++
        console.log(`  FAILED ${what}: ${error.message}`)
        failures.push(`${scenario}: ${what}: ${error.message.split('\n')[0]}`)
        throw new Unmet(what)
      }
    },
  }
}

/** Throw unless two values are the same JSON text. */
export function agree(what, a, b) {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  if (left === right) return
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  throw new Error(
    `${what} differ at character ${at}: …${left.slice(Math.max(0, at - 60), at + 80)}… and …${right.slice(Math.max(0, at - 60), at + 80)}…`,
  )
}
