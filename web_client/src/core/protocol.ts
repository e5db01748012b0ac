// Generated from room_server/rules by `python -m room_server.rules.typescript`. Do not edit.
/* eslint-disable */

export const PROTOCOL_VERSION = 1

export const MAX_FRAME_BYTES = 262144

/** Of one paragraph of the minutes, in code points. */
export const MOST_CHARACTERS = 4000

/** Of one text that is said in writing. */
export const MOST_SAID = 1000

export type Role =
  | 'mediator'
  | 'co_mediator'
  | 'chief_arbitrator'
  | 'sole_arbitrator'
  | 'arbitrator'
  | 'clerk'
  | 'applicant'
  | 'respondent'
  | 'agent'
  | 'legal_rep'
  | 'statutory_agent'
  | 'legal_aid'
  | 'third_party'
  | 'witness'
  | 'appraiser'
  | 'interpreter'
  | 'expert'
  | 'observer'
  | 'supervisor'
  | 'tech'
  | 'chamber'

export const STAFF: readonly Role[] = ['mediator', 'chief_arbitrator', 'sole_arbitrator', 'arbitrator', 'clerk']

export const PRESIDING: readonly Role[] = ['mediator', 'chief_arbitrator', 'sole_arbitrator']

export const LISTEN_ONLY: readonly Role[] = ['observer', 'supervisor', 'tech']

export interface Participant {
  id: string
  name: string
  role: Role
  side: string
  purpose: string
  level: string
  screened: string[]
}

export interface Speaker {
  name: string
  participant: string
}

export interface Slot {
  mid: string
  medium: string
  participant: string
  source: string
}

export interface ConsentText {
  item: string
  version: string
  sha256: string
  kind: string
  title: string
  title_en: string
  asked: string[]
  before: string[]
  blocks: boolean
  people: string[]
  shown: string[]
}

export interface Hint {
  at: number
  length: number
  text: string
  said: string
  kind: string
}

export interface Suggestion {
  suggestion: string
  line: string
  version: number
  participant: string
  start_ms: number
  end_ms: number
  said: string
  text: string
  confidence: number
}

export interface Paragraph {
  text: string
  speaker?: string
}

export interface Knock {
  type: 'Knock'
}

export interface Admit {
  type: 'Admit'
  participant: string
}

export interface Refuse {
  type: 'Refuse'
  participant: string
  reason?: string
}

export interface Move {
  type: 'Move'
  participants: string[]
  place: string
  reason?: string
}

export interface GiveFloor {
  type: 'GiveFloor'
  participant: string
  limit_s?: number | null
}

export interface TakeFloor {
  type: 'TakeFloor'
  participant: string
}

export interface FreeFloor {
  type: 'FreeFloor'
}

export interface Ask {
  type: 'Ask'
  kind: string
  text?: string
  ref?: string
}

export interface Grant {
  type: 'Grant'
  request: string
  reason?: string
}

export interface Deny {
  type: 'Deny'
  request: string
  reason?: string
}

export interface Withdraw {
  type: 'Withdraw'
  request: string
}

export interface Mute {
  type: 'Mute'
  participant: string
}

export interface Unmute {
  type: 'Unmute'
  participant: string
}

export interface Toggle {
  type: 'Toggle'
  source: string
  on: boolean
}

export interface Attend {
  type: 'Attend'
  here: boolean
}

export interface ShareScreen {
  type: 'ShareScreen'
}

export interface StopScreen {
  type: 'StopScreen'
  participant: string
}

export interface Open {
  type: 'Open'
  reason?: string
}

export interface Adjourn {
  type: 'Adjourn'
  reason?: string
  until?: number
}

export interface Resume {
  type: 'Resume'
}

export interface Close {
  type: 'Close'
  outcome?: string
  reason?: string
  override?: boolean
}

export interface Advance {
  type: 'Advance'
  origin: string
  to?: string
  reason?: string
  override?: boolean
}

export interface PassTurn {
  type: 'PassTurn'
  to?: string
  reason?: string
  limit_s?: number | null
}

export interface Read {
  type: 'Read'
  text: string
  version: string
}

export interface Delegate {
  type: 'Delegate'
  participant: string
  on?: boolean
}

export interface TakeChair {
  type: 'TakeChair'
  reason?: string
}

export interface AllowWatch {
  type: 'AllowWatch'
  on: boolean
  reason?: string
}

export interface Warn {
  type: 'Warn'
  participant: string
  reason: string
  kind?: string
  text?: string
  version?: string
}

export interface DeclareAbsence {
  type: 'DeclareAbsence'
  participant: string
  reason: string
}

export interface JudgeOutage {
  type: 'JudgeOutage'
  participant: string
  decision: string
  reason?: string
}

export interface SwitchOnSite {
  type: 'SwitchOnSite'
  reason: string
  place: string
  time: number
}

export interface PresentOnSite {
  type: 'PresentOnSite'
  participant: string
  on?: boolean
}

export interface Sign {
  type: 'Sign'
  version?: string
}

export interface DeclineToSign {
  type: 'DeclineToSign'
  reason?: string
}

export interface NoteUnsigned {
  type: 'NoteUnsigned'
  participant: string
  reason: string
}

export interface ReportLine {
  type: 'ReportLine'
  verdict: string
  way: string
  rtt_ms: number
  loss_permille: number
  up_kbps: number
  down_kbps: number
}

export interface Leave {
  type: 'Leave'
}

export interface EditLine {
  type: 'EditLine'
  line: string
  base: number
  text: string
  speaker?: string | null
}

export interface InsertLine {
  type: 'InsertLine'
  text: string
  after?: string
  speaker?: string
}

export interface InsertText {
  type: 'InsertText'
  template: string
  version: string
  paragraphs: Paragraph[]
  after?: string
}

export interface StrikeLine {
  type: 'StrikeLine'
  line: string
  base: number
}

export interface SplitLine {
  type: 'SplitLine'
  line: string
  base: number
  at: number
}

export interface MergeLines {
  type: 'MergeLines'
  line: string
  base: number
  other: string
  other_base: number
}

export interface AdoptLines {
  type: 'AdoptLines'
  lines: Record<string, number>
}

export interface SetBookmark {
  type: 'SetBookmark'
  note?: string
}

export interface DropBookmark {
  type: 'DropBookmark'
  bookmark: string
}

export interface LayMinutes {
  type: 'LayMinutes'
}

export interface ReportReading {
  type: 'ReportReading'
  laying: number
  share: number
}

export interface ConfirmMinutes {
  type: 'ConfirmMinutes'
  digest: string
  version?: string
}

export interface RefuseMinutes {
  type: 'RefuseMinutes'
  reason: string
}

export interface NoteReading {
  type: 'NoteReading'
  participant: string
  what: string
  reason?: string
}

export interface AllowLiveMinutes {
  type: 'AllowLiveMinutes'
  on: boolean
}

export interface StartSecondPass {
  type: 'StartSecondPass'
  model?: string
}

export interface StopSecondPass {
  type: 'StopSecondPass'
}

export interface TakeSuggestions {
  type: 'TakeSuggestions'
  suggestions: string[]
}

export interface DismissSuggestions {
  type: 'DismissSuggestions'
  suggestions: string[]
}

export interface ReopenSuggestions {
  type: 'ReopenSuggestions'
  suggestions: string[]
}

export interface NameVoice {
  type: 'NameVoice'
  participant: string
  voice: string
  speaker?: string
}

export interface Say {
  type: 'Say'
  text: string
}

export interface DeclareWriting {
  type: 'DeclareWriting'
  participant: string
  on?: boolean
}

export interface Present {
  type: 'Present'
  evidence: string
  page?: number
  presenter?: string
}

export interface TurnPage {
  type: 'TurnPage'
  evidence: string
  page: number
}

export interface StopPresenting {
  type: 'StopPresenting'
}

export interface ExamineEvidence {
  type: 'ExamineEvidence'
  evidence: string
  party: string
  authenticity: string
  legality: string
  relevance: string
  reason?: string
}

export interface NoteEvidence {
  type: 'NoteEvidence'
  evidence: string
  note: string
}

export interface CheckOriginal {
  type: 'CheckOriginal'
  evidence: string
  checked?: boolean
  remark?: string
}

export type Command =
  | Knock
  | Admit
  | Refuse
  | Move
  | GiveFloor
  | TakeFloor
  | FreeFloor
  | Ask
  | Grant
  | Deny
  | Withdraw
  | Mute
  | Unmute
  | Toggle
  | Attend
  | ShareScreen
  | StopScreen
  | Open
  | Adjourn
  | Resume
  | Close
  | Advance
  | PassTurn
  | Read
  | Delegate
  | TakeChair
  | AllowWatch
  | Warn
  | DeclareAbsence
  | JudgeOutage
  | SwitchOnSite
  | PresentOnSite
  | Sign
  | DeclineToSign
  | NoteUnsigned
  | ReportLine
  | Leave
  | EditLine
  | InsertLine
  | InsertText
  | StrikeLine
  | SplitLine
  | MergeLines
  | AdoptLines
  | SetBookmark
  | DropBookmark
  | LayMinutes
  | ReportReading
  | ConfirmMinutes
  | RefuseMinutes
  | NoteReading
  | AllowLiveMinutes
  | StartSecondPass
  | StopSecondPass
  | TakeSuggestions
  | DismissSuggestions
  | ReopenSuggestions
  | NameVoice
  | Say
  | DeclareWriting
  | Present
  | TurnPage
  | StopPresenting
  | ExamineEvidence
  | NoteEvidence
  | CheckOriginal

export interface SittingPrepared {
  type: 'SittingPrepared'
  sitting: string
  case_number: string
  case_title: string
  hearing: string
  kind: string
  organisation: string
  rehearsal: boolean
  participants: Participant[]
  procedure: string
  former: string
  resumes_at: string
  passed: string[]
  place: string
}

export interface Knocked {
  type: 'Knocked'
  participant: string
}

export interface Admitted {
  type: 'Admitted'
  participant: string
}

export interface Refused {
  type: 'Refused'
  participant: string
  reason: string
}

export interface Moved {
  type: 'Moved'
  participant: string
  origin: string
  place: string
}

export interface FloorGiven {
  type: 'FloorGiven'
  participant: string
  limit_s: number
}

export interface FloorTaken {
  type: 'FloorTaken'
  participant: string
}

export interface FloorFreed {
  type: 'FloorFreed'
}

export interface FloorAsked {
  type: 'FloorAsked'
  participant: string
  wanted: boolean
}

export interface Muted {
  type: 'Muted'
  participant: string
}

export interface Unmuted {
  type: 'Unmuted'
  participant: string
}

export interface Toggled {
  type: 'Toggled'
  participant: string
  source: string
  on: boolean
}

export interface ScreenShared {
  type: 'ScreenShared'
  participant: string
  place: string
}

export interface ScreenStopped {
  type: 'ScreenStopped'
  participant: string
  place: string
}

export interface Opened {
  type: 'Opened'
}

export interface Adjourned {
  type: 'Adjourned'
  reason: string
  until: number
}

export interface Resumed {
  type: 'Resumed'
}

export interface Closed {
  type: 'Closed'
  outcome: string
  reason: string
}

export interface StageEntered {
  type: 'StageEntered'
  stage: string
  origin: string
  reason: string
  skipped: string[]
  override: boolean
  turn: string
  limit_s: number
}

export interface TurnGiven {
  type: 'TurnGiven'
  side: string
  reason: string
  limit_s: number
}

export interface RequestMade {
  type: 'RequestMade'
  request: string
  participant: string
  kind: string
  text: string
  ref: string
  place: string
}

export interface RequestGranted {
  type: 'RequestGranted'
  request: string
  reason: string
}

export interface RequestDenied {
  type: 'RequestDenied'
  request: string
  reason: string
}

export interface RequestWithdrawn {
  type: 'RequestWithdrawn'
  request: string
}

export interface ReadOut {
  type: 'ReadOut'
  text: string
  version: string
  stage: string
}

export interface Delegated {
  type: 'Delegated'
  participant: string
  on: boolean
}

export interface ChairTaken {
  type: 'ChairTaken'
  participant: string
  before: string
  reason: string
}

export interface WatchAllowed {
  type: 'WatchAllowed'
  on: boolean
  reason: string
}

export interface Warned {
  type: 'Warned'
  participant: string
  reason: string
  kind: string
  text: string
  version: string
  interval: number
  evidence: string
  cause: string
}

export interface AbsenceDeclared {
  type: 'AbsenceDeclared'
  participant: string
  effect: string
  cause: string
  reason: string
  interval: number
  evidence: string
}

export interface OutageJudged {
  type: 'OutageJudged'
  participant: string
  decision: string
  reason: string
  interval: number
  evidence: string
  cause: string
}

export interface ChairMissed {
  type: 'ChairMissed'
  participant: string
  waited_s: number
  interval: number
}

export interface NeverOpened {
  type: 'NeverOpened'
  waited_s: number
}

export interface SwitchedOnSite {
  type: 'SwitchedOnSite'
  reason: string
  place: string
  time: number
  stage: string
}

export interface PresenceNoted {
  type: 'PresenceNoted'
  participant: string
  on: boolean
}

export interface Signed {
  type: 'Signed'
  participant: string
  stage: string
  version: string
}

export interface SigningDeclined {
  type: 'SigningDeclined'
  participant: string
  stage: string
  reason: string
}

export interface MinutesLaid {
  type: 'MinutesLaid'
  laying: number
  digest: string
  lines: number
}

export interface MinutesRead {
  type: 'MinutesRead'
  participant: string
  laying: number
  share: number
}

export interface MinutesConfirmed {
  type: 'MinutesConfirmed'
  participant: string
  laying: number
  digest: string
  version: string
  scope: string
}

export interface ConfirmationRefused {
  type: 'ConfirmationRefused'
  participant: string
  laying: number
  reason: string
}

export interface ReadingNoted {
  type: 'ReadingNoted'
  participant: string
  laying: number
  what: string
  reason: string
}

export interface LiveMinutesAllowed {
  type: 'LiveMinutesAllowed'
  on: boolean
}

export interface WishRefused {
  type: 'WishRefused'
  participant: string
  command: string
  word: string
}

export interface AttentionTurned {
  type: 'AttentionTurned'
  participant: string
  here: boolean
}

export interface PersonInvited {
  type: 'PersonInvited'
  participant: Participant
  by: string
}

export interface WatchAnnounced {
  type: 'WatchAnnounced'
  participant: Participant
}

export interface MicrophoneShared {
  type: 'MicrophoneShared'
  participant: string
  people: Speaker[]
}

export interface ChamberCalled {
  type: 'ChamberCalled'
  call: string
  chamber: string
  by: string
}

export interface CallAnswered {
  type: 'CallAnswered'
  call: string
  outcome: string
  reason: string
}

export interface UtteranceHeard {
  type: 'UtteranceHeard'
  utterance: string
  participant: string
  start_ms: number
  end_ms: number
  text: string
  words: unknown[][]
  confidence: number
  language: string
  engine: string
  spoken: string
  hints: Hint[]
  cross_talk: string
  voice: string
  voice_confidence: number
  speaker: string
}

export interface SpeechMissed {
  type: 'SpeechMissed'
  participant: string
  start_ms: number
  end_ms: number
  reason: string
}

export interface SpeechCaughtUp {
  type: 'SpeechCaughtUp'
  participant: string
  start_ms: number
  end_ms: number
  utterances: number
}

export interface SpeechDropped {
  type: 'SpeechDropped'
  participant: string
  start_ms: number
  end_ms: number
  source: string
}

export interface LineEdited {
  type: 'LineEdited'
  line: string
  version: number
  text: string
  speaker: string | null
  evidence: string[]
}

export interface LineInserted {
  type: 'LineInserted'
  line: string
  after: string
  text: string
  speaker: string
  evidence: string[]
  template: string
  form: string
}

export interface LineStruck {
  type: 'LineStruck'
  line: string
  version: number
}

export interface LineSplit {
  type: 'LineSplit'
  line: string
  version: number
  text: string
  next: string
  rest: string
  at_ms: number | null
  evidence: string[]
  rest_evidence: string[]
}

export interface LinesMerged {
  type: 'LinesMerged'
  line: string
  version: number
  text: string
  other: string
  other_version: number
  evidence: string[]
}

export interface LinesAdopted {
  type: 'LinesAdopted'
  lines: Record<string, number>
}

export interface Bookmarked {
  type: 'Bookmarked'
  bookmark: string
  note: string
}

export interface BookmarkDropped {
  type: 'BookmarkDropped'
  bookmark: string
}

export interface TextSaid {
  type: 'TextSaid'
  line: string
  participant: string
  text: string
  evidence: string[]
}

export interface WritingDeclared {
  type: 'WritingDeclared'
  participant: string
  on: boolean
}

export interface SecondPassBegan {
  type: 'SecondPassBegan'
  number: number
  model: string
}

export interface TextSuggested {
  type: 'TextSuggested'
  number: number
  engine: string
  suggestions: Suggestion[]
}

export interface SecondPassEnded {
  type: 'SecondPassEnded'
  number: number
  outcome: string
  reason: string
  engine: string
  model: string
  sha256: string
  lines: number
}

export interface SuggestionsTaken {
  type: 'SuggestionsTaken'
  suggestions: Record<string, number>
}

export interface SuggestionsDismissed {
  type: 'SuggestionsDismissed'
  suggestions: string[]
}

export interface SuggestionsReopened {
  type: 'SuggestionsReopened'
  suggestions: string[]
}

export interface VoiceNamed {
  type: 'VoiceNamed'
  participant: string
  voice: string
  speaker: string
  lines: Record<string, number>
}

export interface TrackStarted {
  type: 'TrackStarted'
  participant: string
  source: string
  codec: string
}

export interface TrackEnded {
  type: 'TrackEnded'
  participant: string
  source: string
}

export interface SegmentSealed {
  type: 'SegmentSealed'
  track: string
  file: string
  number: number
  start_ms: number
  end_ms: number
  frames: number
  sha256: string
  prev: string
}

export interface GapNoted {
  type: 'GapNoted'
  track: string
  start_ms: number
  end_ms: number
  reason: string
}

export interface RecordingAlarm {
  type: 'RecordingAlarm'
  word: string
  track: string
}

export interface RecordingRestored {
  type: 'RecordingRestored'
  word: string
}

export interface MediaLost {
  type: 'MediaLost'
  epoch: number
}

export interface MediaRestored {
  type: 'MediaRestored'
  epoch: number
}

export interface EngineStated {
  type: 'EngineStated'
  engine: string
  state: string
  model: string
  sha256: string
  licence: string
  reason: string
}

export interface RecordingFinished {
  type: 'RecordingFinished'
  track: string
  file: string
  start_ms: number
  duration_ms: number
  bytes: number
  sha256: string
}

export interface DocumentMade {
  type: 'DocumentMade'
  document: string
  kind: string
  file: string
  bytes: number
  sha256: string
}

export interface WorkFailed {
  type: 'WorkFailed'
  work: string
  reason: string
}

export interface WatchBegan {
  type: 'WatchBegan'
  participant: string
  role: string
  purpose: string
}

export interface Joined {
  type: 'Joined'
  participant: string
  device: string
}

export interface Left {
  type: 'Left'
  participant: string
  cause: string
}

export interface Disconnected {
  type: 'Disconnected'
  participant: string
  device: string
  evidence: string
}

export interface Reconnected {
  type: 'Reconnected'
  participant: string
  device: string
  away_ms: number
}

export interface LineChecked {
  type: 'LineChecked'
  participant: string
  verdict: string
  way: string
  rtt_ms: number
  loss_permille: number
  up_kbps: number
  down_kbps: number
}

export interface LineSummed {
  type: 'LineSummed'
  participant: string
  worst: string
  poor_ms: number
  bad_ms: number
}

export interface TakenOver {
  type: 'TakenOver'
  participant: string
  device: string
}

export interface ControlRestarted {
  type: 'ControlRestarted'
}

export interface EvidenceSubmitted {
  type: 'EvidenceSubmitted'
  evidence: string
  side: string
  number: number
  mark: string
  title: string
  purpose: string
  kind: string
  file: string
  pages: number
  seconds: number
  bytes: number
  sha256: string
  active: boolean
  by: string
  received_at: number
  submitted_at: number
  received_from: string
  exhibit: string
}

export interface EvidenceWithdrawn {
  type: 'EvidenceWithdrawn'
  evidence: string
  reason: string
}

export interface EvidencePresented {
  type: 'EvidencePresented'
  evidence: string
  mark: string
  title: string
  kind: string
  pages: number
  page: number
  presenter: string
  showing: number
}

export interface PageTurned {
  type: 'PageTurned'
  evidence: string
  page: number
  showing: number
}

export interface PresentingStopped {
  type: 'PresentingStopped'
  evidence: string
  showing: number
}

export interface EvidenceExamined {
  type: 'EvidenceExamined'
  evidence: string
  party: string
  authenticity: string
  legality: string
  relevance: string
  reason: string
}

export interface EvidenceNoted {
  type: 'EvidenceNoted'
  evidence: string
  note: string
}

export interface OriginalChecked {
  type: 'OriginalChecked'
  evidence: string
  checked: boolean
  remark: string
}

export interface ConsentNoted {
  type: 'ConsentNoted'
  participant: string
  item: string
  version: string
  sha256: string
  how: string
  reason: string
}

export interface ConsentsLaid {
  type: 'ConsentsLaid'
  texts: ConsentText[]
}

export interface ConsentAnswered {
  type: 'ConsentAnswered'
  participant: string
  item: string
  version: string
  sha256: string
  act: string
  answered_at: number
  by_staff: boolean
  note: string
}

export type Event =
  | SittingPrepared
  | Knocked
  | Admitted
  | Refused
  | Moved
  | FloorGiven
  | FloorTaken
  | FloorFreed
  | FloorAsked
  | Muted
  | Unmuted
  | Toggled
  | ScreenShared
  | ScreenStopped
  | Opened
  | Adjourned
  | Resumed
  | Closed
  | StageEntered
  | TurnGiven
  | RequestMade
  | RequestGranted
  | RequestDenied
  | RequestWithdrawn
  | ReadOut
  | Delegated
  | ChairTaken
  | WatchAllowed
  | Warned
  | AbsenceDeclared
  | OutageJudged
  | ChairMissed
  | NeverOpened
  | SwitchedOnSite
  | PresenceNoted
  | Signed
  | SigningDeclined
  | MinutesLaid
  | MinutesRead
  | MinutesConfirmed
  | ConfirmationRefused
  | ReadingNoted
  | LiveMinutesAllowed
  | WishRefused
  | AttentionTurned
  | PersonInvited
  | WatchAnnounced
  | MicrophoneShared
  | ChamberCalled
  | CallAnswered
  | UtteranceHeard
  | SpeechMissed
  | SpeechCaughtUp
  | SpeechDropped
  | LineEdited
  | LineInserted
  | LineStruck
  | LineSplit
  | LinesMerged
  | LinesAdopted
  | Bookmarked
  | BookmarkDropped
  | TextSaid
  | WritingDeclared
  | SecondPassBegan
  | TextSuggested
  | SecondPassEnded
  | SuggestionsTaken
  | SuggestionsDismissed
  | SuggestionsReopened
  | VoiceNamed
  | TrackStarted
  | TrackEnded
  | SegmentSealed
  | GapNoted
  | RecordingAlarm
  | RecordingRestored
  | MediaLost
  | MediaRestored
  | EngineStated
  | RecordingFinished
  | DocumentMade
  | WorkFailed
  | WatchBegan
  | Joined
  | Left
  | Disconnected
  | Reconnected
  | LineChecked
  | LineSummed
  | TakenOver
  | ControlRestarted
  | EvidenceSubmitted
  | EvidenceWithdrawn
  | EvidencePresented
  | PageTurned
  | PresentingStopped
  | EvidenceExamined
  | EvidenceNoted
  | OriginalChecked
  | ConsentNoted
  | ConsentsLaid
  | ConsentAnswered

export interface HelloFrame {
  kind: 'hello'
  protocol: number
  ticket: string
  device: string
  since?: number
  takeover?: boolean
  visit?: number
  attempt?: number
}

export interface WishFrame {
  kind: 'wish'
  id: number
  command: Command
}

export interface OfferFrame {
  kind: 'offer'
  id: number
  plane: string
  sdp: string
}

export interface ViewFrame {
  kind: 'view'
  first?: string[]
  most?: number | null
  sizes?: Record<string, [number, number]>
  hidden?: boolean
}

export interface PointFrame {
  kind: 'point'
  showing: number
  page: number
  x: number
  y: number
}

export interface AtLineFrame {
  kind: 'at_line'
  line?: string
}

export interface PingFrame {
  kind: 'ping'
}

export type Up =
  | HelloFrame
  | WishFrame
  | OfferFrame
  | ViewFrame
  | PointFrame
  | AtLineFrame
  | PingFrame

export interface WelcomeFrame {
  kind: 'welcome'
  protocol: number
  participant: string
  role: Role
  name: string
  sitting: string
  epoch: number
  live: boolean
  seq: number
  now: number
}

export interface OccupiedFrame {
  kind: 'occupied'
}

export interface ToldFrame {
  kind: 'event'
  seq: number
  at: number
  media_time: number | null
  actor: string
  event: Event
}

export interface ResetFrame {
  kind: 'reset'
}

export interface CaughtUpFrame {
  kind: 'caught_up'
  seq: number
}

export interface DoneFrame {
  kind: 'done'
  id: number
}

export interface RefusalFrame {
  kind: 'refusal'
  id: number
  word: string
  text: string
}

export interface AnswerFrame {
  kind: 'answer'
  id: number
  sdp: string
}

export interface SlotsFrame {
  kind: 'slots'
  slots: Slot[]
}

export interface SpeakingFrame {
  kind: 'speaking'
  participants: string[]
  dominant: string
}

export interface QualityFrame {
  kind: 'quality'
  participant: string
  grade: string
}

export interface LagFrame {
  kind: 'lag'
  seconds: number
}

export interface InterimFrame {
  kind: 'interim'
  participant: string
  start_ms: number
  text: string
}

export interface EditingFrame {
  kind: 'editing'
  participant: string
  line: string
}

export interface SaidFrame {
  kind: 'said'
  participant: string
  text: string
  at: number
}

export interface PointerFrame {
  kind: 'pointer'
  participant: string
  showing: number
  page: number
  x: number
  y: number
}

export interface MediaFrame {
  kind: 'media'
  epoch: number
  up: boolean
}

export interface RenewFrame {
  kind: 'renew'
  plane: string
}

export interface PongFrame {
  kind: 'pong'
}

export interface ByeFrame {
  kind: 'bye'
  word: string
}

export type Down =
  | WelcomeFrame
  | OccupiedFrame
  | ToldFrame
  | ResetFrame
  | CaughtUpFrame
  | DoneFrame
  | RefusalFrame
  | AnswerFrame
  | SlotsFrame
  | SpeakingFrame
  | QualityFrame
  | LagFrame
  | InterimFrame
  | EditingFrame
  | SaidFrame
  | PointerFrame
  | MediaFrame
  | RenewFrame
  | PongFrame
  | ByeFrame
