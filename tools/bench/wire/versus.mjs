// Ours against the reference, turn by turn.
import { median, rateOf, spread } from '../measure.mjs'
import { start } from './start.mjs'

/**
 * @param {object} bench
 * @param {number} bench.runs
 * @param {number} bench.count how many the work does
 * @param {boolean} bench.noDelay whether the reference gets its delay turned off
 * @param {number} bench.wanted the ratio that ours should reach
 * @param {string} bench.what
 * @param {(server: object) => Promise<unknown>} bench.prepare
 * @param {(prepared: unknown) => Promise<void>} bench.work
 * @returns {Promise<import('../main.mjs').Report>}
 */
export async function versus({ runs, count, noDelay, wanted, what, prepare, work }) {
  const servers = [await start('ours'), await start('reference', { noDelay })]
  if (noDelay) servers[1].module.forceNoDelay()
  const figures = [[], []]
  const prepared = []
  for (const server of servers) prepared.push(await prepare(server))
  for (let n = -1; n < runs; n += 1)
    for (const [at, one] of prepared.entries()) {
      const rate = await rateOf(count, () => work(one))
      // the first round warms up
      if (n >= 0) figures[at].push(rate)
    }
  for (const server of servers) server.stop()
  const [ours, reference] = figures
  const ratio = median(ours.map((rate, at) => rate / reference[at]))
  return {
    ratio,
    unit: `of the reference with TCP_NODELAY forced on (wanted: ${wanted})`,
    head: [what, 'figure', 'ratio'],
    rows: [
      [
        'ours',
        spread(ours),
        spread(
          ours.map((rate, at) => rate / reference[at]),
          2,
        ),
      ],
      ['reference', spread(reference), '1'],
    ],
  }
}
