// Invented prose: words of our own choosing, some of them outside Latin-1.

const WORDS =
  `tide harbour lantern moss signal copper orchard winter drift pebble thicket anchor willow ember
  quarry saddle velvet river canvas hollow meadow thunder basket marble ribbon kettle garden window
  island feather mountain whisper candle bridge cellar barley compass ladder market needle oyster
  parcel quilt rafter shovel timber umbrella valley wagon yarrow zephyr amber bramble cinder dapple
  evening fennel glimmer hazel indigo juniper kindle lichen mallow nettle opal plover quartz rowan
  sorrel thistle usher violet walnut yonder and the of to in a is that it was for on with as by at`
    .split(/\s+/)
    .filter((word) => word)

const FOREIGN = [
  'Ærø',
  'žába',
  'naïve',
  'Łódź',
  'Ωμέγα',
  'привет',
  '海',
  '서울',
  'שלום',
  '🦀',
  '👩‍🚀',
  '½',
]

/**
 * Prose of about `size` UTF-8 bytes.
 *
 * @param {import('../lib/random.mjs').Random} random
 * @param {number} size
 * @returns {string}
 */
export function prose(random, size) {
  let text = ''
  let bytes = 0
  while (bytes < size) {
    const foreign = random.below(60) === 0
    const word = random.pick(foreign ? FOREIGN : WORDS)
    const gap =
      text === '' ? '' : random.below(40) === 0 ? '\n\n' : random.below(12) === 0 ? '. ' : ' '
    text += gap + word
    bytes +=
      gap.length * (gap.startsWith('\n') ? 2 : 1) +
      (foreign ? Buffer.byteLength(word) : word.length)
  }
  return text
}

/** A short name. */
export const name = (random) => `${random.pick(WORDS)} ${random.pick(WORDS)} ${random.below(1000)}`

/** A channel or hashtag. */
export const channel = (random) => random.pick(WORDS)
