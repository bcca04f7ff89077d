/** Why a call of this plugin failed. */
export type GossipErrorCode =
  /** The text or object is no address that we can dial. */
  | 'SSB_GOSSIP_ADDRESS'
  /** A feed id was expected, or a known peer. */
  | 'SSB_GOSSIP_PEER'
  /** There is no switch of that name. */
  | 'SSB_GOSSIP_SWITCH'

/** An error that goes to the caller. */
export class GossipError extends Error {
  override readonly name: string = 'GossipError'
  readonly code: GossipErrorCode

  constructor(code: GossipErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
