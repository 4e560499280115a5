// The shapes that the server sends, for the reader and for the type checker. No code.

/**
 * @typedef {object} Me
 * @property {number | null} agent the agent's number in the queue; null: takes no calls
 * @property {string} name
 * @property {"agent" | "supervisor"} role
 *
 * @typedef {object} Hello the first event of a stream
 * @property {Me} me
 * @property {string} csrf goes with every action
 * @property {string} server
 * @property {string} now
 * @property {number} speed how many seconds of the line pass in a second of ours; a demo may be faster
 * @property {boolean} reset all records follow: throw away the old ones
 * @property {boolean} demo
 *
 * @typedef {object} Change a record that was written, or deleted
 * @property {string} kind
 * @property {string} key
 * @property {number} change
 * @property {any} body null: deleted
 *
 * @typedef {object} Lookup what the directory says of a caller
 * @property {string} state none, under-way, found, unknown, failed
 * @property {string} [since]
 * @property {number} [attempt]
 * @property {string} [why]
 * @property {{name?: string | null, company?: string | null, facts?: [string, string][]}} [profile]
 *
 * @typedef {object} Note
 * @property {string} at
 * @property {string} by
 * @property {string} text
 *
 * @typedef {object} Call
 * @property {string} from
 * @property {string} to
 * @property {string | null} [name]
 * @property {boolean} [forged] whether the network says that the number is not theirs
 * @property {string} [class]
 * @property {string | null} [topic]
 * @property {string} began
 * @property {string | null} [waits_since]
 * @property {string | null} [talks_since]
 * @property {number | null} [agent]
 * @property {string | null} [outcome]
 * @property {string | null} [ended_at]
 * @property {Lookup} [look_up]
 * @property {Note[]} [notes]
 * @property {number | null} [rating] 1 to 5
 *
 * @typedef {object} Voicemail
 * @property {string} call
 * @property {string} from
 * @property {string | null} [name]
 * @property {string} at
 * @property {number | null} [seconds]
 * @property {string | null} [heard_by]
 *
 * @typedef {object} Callback
 * @property {string} number
 * @property {string | null} [name]
 * @property {string} [class]
 * @property {string | null} [topic]
 * @property {string} since
 * @property {string} due
 * @property {string} state waiting, calling, in line, done, failed
 * @property {number} [attempts]
 * @property {string | null} [by]
 *
 * @typedef {object} Entry a line of the journal
 * @property {string} at
 * @property {string} who
 * @property {string} what
 * @property {string} [why]
 *
 * @typedef {object} Waiting
 * @property {string} call
 * @property {string} class
 * @property {string} since
 * @property {number | null} position null: offered, or being connected
 * @property {number | null} estimate_s
 * @property {string} stage waiting, offered, connecting
 * @property {boolean} overdue
 *
 * @typedef {object} Talking
 * @property {string} call
 * @property {number} agent
 * @property {string} since
 * @property {boolean} held
 *
 * @typedef {object} Offer
 * @property {string} offer
 * @property {string} call
 * @property {string | null} answer_by
 * @property {string} why
 * @property {string} stage ringing, connecting, talking
 * @property {boolean} everyone
 *
 * @typedef {object} Agent
 * @property {number} id
 * @property {string} name
 * @property {string} state
 * @property {string | null} since
 * @property {string | null} [until]
 * @property {string} reach
 * @property {Offer[]} offers
 *
 * @typedef {object} ClassFigures
 * @property {string} class
 * @property {number} waiting
 * @property {number | null} longest_s
 * @property {number | null} service_level
 * @property {number | null} abandonment
 * @property {number} answered
 * @property {number} joined
 *
 * @typedef {object} Quarter
 * @property {string} from
 * @property {number} came
 * @property {number} answered
 * @property {number} gave_up
 *
 * @typedef {object} HoursOverride
 * @property {string} id
 * @property {string} hours closed, open
 * @property {string | null} from
 * @property {string | null} to
 * @property {string} reason
 * @property {string | null} [by]
 *
 * @typedef {object} Hours
 * @property {boolean} open
 * @property {string} why
 * @property {string | null} until
 * @property {string} zone
 * @property {{from: string, to: string}[]} today
 * @property {string | null} holiday
 * @property {HoursOverride[]} overrides
 *
 * @typedef {object} Escalation
 * @property {string} process
 * @property {string | null} call
 * @property {string} what
 * @property {string} since
 * @property {string | null} next
 * @property {string} state
 * @property {{at: string, text: string}[]} history
 *
 * @typedef {object} Floor
 * @property {string} at
 * @property {number} speed
 * @property {Waiting[]} waiting
 * @property {Talking[]} talking
 * @property {Agent[]} agents
 * @property {{classes: ClassFigures[], quarters: Quarter[]}} board
 * @property {Hours} hours
 * @property {Escalation[]} escalations
 */

/**
 * A piece of the page: made once, then brought up to date again and again.
 * @template T
 * @typedef {{root: HTMLElement, update: (value: T) => void}} Piece
 */

export {};
