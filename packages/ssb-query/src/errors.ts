/** Why a query was refused. */
export type QueryErrorCode =
  /** Arguments of a call are wrong; `name` is the classic one. */
  | 'SSB_QUERY_USAGE'
  /** A map-filter-reduce query that cannot be read. */
  | 'SSB_QUERY_SYNTAX'

/** An error that a caller may branch on, by `code`. */
export class QueryError extends Error {
  override readonly name: string
  readonly code: QueryErrorCode

  constructor(code: QueryErrorCode, message: string, name = 'QueryError') {
    super(message)
    this.code = code
    this.name = name
  }
}
