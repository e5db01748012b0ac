// Generated from room_server/rules/procedures by `python -m room_server.rules.typescript`. Do not edit.
import type { Role } from './protocol'

export interface Stage {
  code: string
  zh: string
  en: string
  group: string
  next?: string[]
  jump_from?: string[]
  returns?: boolean
  aside?: boolean
  blocked?: boolean
  clerk_drives?: boolean
  texts?: string[]
  prompt?: string
  turns?: string[]
  hears?: boolean
  needs?: string
  requires?: string[]
  undoes?: string[]
  limit_s?: number
  signs?: string[]
  binding?: boolean
  checks?: boolean
  minuted?: boolean
}

export interface Procedure {
  name: string
  lobby: string
  first: string
  end: string
  caucus: Record<string, string>
  outcomes: Record<string, string[]>
  stands_in: Role[]
  presides: Role[]
  stages: Stage[]
}

export const PROCEDURES: Record<string, Procedure> = {
  mediation: {
    name: "mediation",
    lobby: "M3_LOBBY",
    first: "M4_OPENING",
    end: "M14_CLOSED",
    caucus: {"M7_NEGOTIATE":"M7C_CAUCUS"},
    outcomes: {"agreed":["M9_READBACK","M10_SIGN","M11_AGREED"],"withdrawn_self_settled":[],"unreachable":[],"one_side_refuses":[],"too_far_apart":[],"time_expired":[],"refused_sign":[],"adjourned":[],"other":[]},
    stands_in: ["co_mediator","mediator"],
    presides: ["mediator","sole_arbitrator","chief_arbitrator"],
    stages: [
      {"code":"M3_LOBBY","zh":"候调室","en":"Lobby","group":"lobby","next":["M4_OPENING"],"clerk_drives":true,"prompt":"prompt.m3"},
      {"code":"M4_OPENING","zh":"开场","en":"Opening","group":"opening","next":["M5_STATEMENTS"],"texts":["discipline","recording","mediation_notice"],"prompt":"prompt.m4"},
      {"code":"M5_STATEMENTS","zh":"双方陈述","en":"Statements","group":"statements","next":["M6_ISSUES"],"jump_from":["M5_STATEMENTS","M6_ISSUES","M7_NEGOTIATE","M8_DRAFT","M9_READBACK","M10_SIGN"],"prompt":"prompt.m5","turns":["applicant","respondent","third"],"hears":true,"limit_s":600},
      {"code":"M6_ISSUES","zh":"归纳争点","en":"Issues and undisputed facts","group":"evidence","next":["M7_NEGOTIATE"],"jump_from":["M5_STATEMENTS","M6_ISSUES","M7_NEGOTIATE","M8_DRAFT","M9_READBACK","M10_SIGN"],"prompt":"prompt.m6"},
      {"code":"M7_NEGOTIATE","zh":"协商","en":"Negotiation","group":"negotiation","next":["M8_DRAFT","M13_FAILED"],"jump_from":["M9_READBACK","M10_SIGN"],"prompt":"prompt.m7"},
      {"code":"M7C_CAUCUS","zh":"背靠背调解","en":"Private talk","group":"caucus","returns":true,"aside":true,"prompt":"prompt.m7c"},
      {"code":"M8_DRAFT","zh":"拟定协议","en":"Drafting the agreement","group":"negotiation","next":["M9_READBACK","M7_NEGOTIATE"],"prompt":"prompt.m8","undoes":["M9_READBACK","M10_SIGN","M11_AGREED"]},
      {"code":"M9_READBACK","zh":"宣读核对","en":"Reading back","group":"negotiation","next":["M10_SIGN","M8_DRAFT"],"blocked":true,"prompt":"prompt.m9"},
      {"code":"M10_SIGN","zh":"签署","en":"Signing","group":"minutes","next":["M11_AGREED","M8_DRAFT","M13_FAILED"],"blocked":true,"texts":["signing_intent"],"prompt":"prompt.m10","requires":["M9_READBACK"],"signs":["applicant","respondent","third","presiding"],"binding":true},
      {"code":"M11_AGREED","zh":"达成协议","en":"Agreement reached","group":"negotiation","next":["M14_CLOSED"],"prompt":"prompt.m11","requires":["M9_READBACK","M10_SIGN"],"checks":true},
      {"code":"M12_ADJOURNED","zh":"延期","en":"Adjourned to another day","group":"minutes","jump_from":["*"],"returns":true,"aside":true,"clerk_drives":true,"prompt":"prompt.m12","checks":true},
      {"code":"M13_FAILED","zh":"调解不成","en":"No agreement","group":"opening","next":["M14_CLOSED","M7_NEGOTIATE"],"jump_from":["*"],"aside":true,"prompt":"prompt.m13","checks":true},
      {"code":"M14_CLOSED","zh":"结束","en":"Closed","group":"minutes"},
      {"code":"MX_TECH","zh":"技术中断","en":"Technical interruption","group":"interrupted","jump_from":["*"],"returns":true,"aside":true,"clerk_drives":true,"texts":["interruption"],"prompt":"prompt.mx"},
    ],
  },
  arbitration: {
    name: "arbitration",
    lobby: "A1_LOBBY",
    first: "A2_CHECK_IN",
    end: "A18_CLOSED",
    caucus: {"A12_MEDIATION":"A12C_CAUCUS"},
    outcomes: {"announced":["A3_OPEN","A11_FINAL","A15_ANNOUNCE","A16_MINUTES"],"served_later":["A3_OPEN","A11_FINAL","A16_MINUTES"],"settled":["A3_OPEN","A16_MINUTES"],"withdrawn":["A16_MINUTES"],"deemed_withdrawn":["A16_MINUTES"],"suspended":["A16_MINUTES"],"adjourned":["A16_MINUTES"],"other":["A16_MINUTES"]},
    stands_in: ["arbitrator","chief_arbitrator","sole_arbitrator"],
    presides: ["chief_arbitrator","sole_arbitrator"],
    stages: [
      {"code":"A1_LOBBY","zh":"候庭","en":"Lobby","group":"lobby","next":["A2_CHECK_IN"],"clerk_drives":true,"prompt":"prompt.a1"},
      {"code":"A2_CHECK_IN","zh":"查明到庭、宣布纪律","en":"Attendance and discipline","group":"opening","next":["A3_OPEN"],"clerk_drives":true,"texts":["discipline","recording"],"prompt":"prompt.a2"},
      {"code":"A3_OPEN","zh":"宣布开庭","en":"Opening and recusal question","group":"opening","next":["A4_CLAIM"],"blocked":true,"texts":["arbitration_rights"],"prompt":"prompt.a3"},
      {"code":"A3R_RECUSAL","zh":"回避审查","en":"Recusal","group":"opening","jump_from":["A3_OPEN","A4_CLAIM","A5_DEFENCE","A6_THIRD","A7_ISSUES","A8_EVIDENCE","A9_INQUIRY","A10_DEBATE","A11_FINAL"],"returns":true,"aside":true,"prompt":"prompt.a3r"},
      {"code":"A4_CLAIM","zh":"申请人陈述","en":"Claim","group":"statements","next":["A5_DEFENCE"],"prompt":"prompt.a4","turns":["applicant"],"hears":true,"limit_s":900},
      {"code":"A5_DEFENCE","zh":"被申请人答辩","en":"Defence","group":"statements","next":["A6_THIRD","A7_ISSUES"],"prompt":"prompt.a5","turns":["respondent"],"hears":true,"limit_s":900},
      {"code":"A6_THIRD","zh":"第三人陈述","en":"Third party","group":"statements","next":["A7_ISSUES"],"prompt":"prompt.a6","turns":["third"],"hears":true,"needs":"third","limit_s":600},
      {"code":"A7_ISSUES","zh":"归纳争议焦点","en":"Issues","group":"inquiry","next":["A8_EVIDENCE"],"prompt":"prompt.a7"},
      {"code":"A8_EVIDENCE","zh":"举证质证","en":"Evidence","group":"evidence","next":["A9_INQUIRY","A8W_WITNESS","A8X_APPRAISER"],"jump_from":["A4_CLAIM","A5_DEFENCE","A6_THIRD","A7_ISSUES","A8_EVIDENCE","A9_INQUIRY","A10_DEBATE","A11_FINAL"],"prompt":"prompt.a8"},
      {"code":"A8W_WITNESS","zh":"证人作证","en":"Witness","group":"evidence","jump_from":["A9_INQUIRY"],"returns":true,"aside":true,"texts":["witness_duty"],"prompt":"prompt.a8w","needs":"witness"},
      {"code":"A8X_APPRAISER","zh":"鉴定人出庭","en":"Appraiser","group":"evidence","jump_from":["A9_INQUIRY"],"returns":true,"aside":true,"prompt":"prompt.a8x","needs":"expert"},
      {"code":"A9_INQUIRY","zh":"庭审调查","en":"Inquiry","group":"inquiry","next":["A10_DEBATE"],"jump_from":["A4_CLAIM","A5_DEFENCE","A6_THIRD","A7_ISSUES","A8_EVIDENCE","A9_INQUIRY","A10_DEBATE","A11_FINAL"],"prompt":"prompt.a9"},
      {"code":"A10_DEBATE","zh":"辩论","en":"Debate","group":"inquiry","next":["A11_FINAL"],"prompt":"prompt.a10","hears":true,"limit_s":600},
      {"code":"A11_FINAL","zh":"最后意见","en":"Final opinions","group":"inquiry","next":["A12_MEDIATION"],"blocked":true,"prompt":"prompt.a11","hears":true,"limit_s":300},
      {"code":"A12_MEDIATION","zh":"庭中调解","en":"Mediation by the tribunal","group":"negotiation","next":["A14_DELIBERATE","A12D_DRAFT"],"jump_from":["A4_CLAIM","A5_DEFENCE","A6_THIRD","A7_ISSUES","A8_EVIDENCE","A9_INQUIRY","A10_DEBATE","A11_FINAL"],"returns":true,"aside":true,"prompt":"prompt.a12","minuted":false},
      {"code":"A12C_CAUCUS","zh":"庭中调解：单独沟通","en":"Mediation: private talk","group":"caucus","returns":true,"aside":true,"prompt":"prompt.m7c","minuted":false},
      {"code":"A12D_DRAFT","zh":"庭中调解：拟定协议","en":"Mediation: drafting","group":"negotiation","next":["A12R_READBACK","A12_MEDIATION"],"aside":true,"prompt":"prompt.m8","undoes":["A12R_READBACK"],"minuted":false},
      {"code":"A12R_READBACK","zh":"庭中调解：宣读核对","en":"Mediation: reading back","group":"negotiation","next":["A16_MINUTES","A12D_DRAFT"],"aside":true,"prompt":"prompt.m9","minuted":false},
      {"code":"A13_ADJOURN","zh":"休庭","en":"Adjournment","group":"minutes","next":["A16_MINUTES"],"jump_from":["*"],"returns":true,"aside":true,"prompt":"prompt.a13","checks":true},
      {"code":"A14_DELIBERATE","zh":"评议","en":"Deliberation","group":"deliberation","next":["A15_ANNOUNCE"],"prompt":"prompt.a14","requires":["A3_OPEN","A11_FINAL","A12_MEDIATION"],"minuted":false},
      {"code":"A15_ANNOUNCE","zh":"宣布","en":"Announcement","group":"opening","next":["A16_MINUTES"],"prompt":"prompt.a15","requires":["A3_OPEN","A11_FINAL","A12_MEDIATION"]},
      {"code":"A16_MINUTES","zh":"核对笔录","en":"Checking the minutes","group":"minutes","next":["A17_SIGN"],"blocked":true,"clerk_drives":true,"prompt":"prompt.a16","undoes":["A17_SIGN"],"checks":true},
      {"code":"A17_SIGN","zh":"签名","en":"Signing","group":"minutes","next":["A18_CLOSED","A16_MINUTES"],"clerk_drives":true,"texts":["signing_intent"],"prompt":"prompt.a17","requires":["A16_MINUTES"],"signs":["applicant","respondent","third","presiding","arbitrators","clerk"]},
      {"code":"A18_CLOSED","zh":"闭庭","en":"Closed","group":"minutes"},
      {"code":"AX_TECH","zh":"技术中断","en":"Technical interruption","group":"interrupted","jump_from":["*"],"returns":true,"aside":true,"clerk_drives":true,"texts":["interruption"],"prompt":"prompt.mx"},
      {"code":"AX_DISCIPLINE","zh":"违纪处置","en":"Discipline","group":"opening","jump_from":["*"],"returns":true,"aside":true,"texts":["discipline"],"prompt":"prompt.ax"},
    ],
  },
  panel: {
    name: "panel",
    lobby: "P1_LOBBY",
    first: "P2_OPEN",
    end: "P10_CLOSED",
    caucus: {},
    outcomes: {"concluded":["P7_OPINIONS","P8_CONCLUSION"],"adjourned":[],"other":[]},
    stands_in: ["arbitrator","chief_arbitrator","co_mediator","mediator","sole_arbitrator"],
    presides: ["chief_arbitrator","sole_arbitrator","mediator"],
    stages: [
      {"code":"P1_LOBBY","zh":"候会","en":"Lobby","group":"lobby","next":["P2_OPEN"],"clerk_drives":true,"prompt":"prompt.p1"},
      {"code":"P2_OPEN","zh":"宣布会审","en":"Opening","group":"review","next":["P3_REPORT"],"texts":["panel_rules"],"prompt":"prompt.p2"},
      {"code":"P3_REPORT","zh":"案情汇报","en":"Report on the case","group":"review","next":["P4_MATERIALS"],"jump_from":["P3_REPORT","P4_MATERIALS","P5_QUESTIONS","P6_DISCUSSION","P7_OPINIONS","P8_CONCLUSION"],"prompt":"prompt.p3"},
      {"code":"P4_MATERIALS","zh":"查阅材料","en":"Materials","group":"review","next":["P5_QUESTIONS"],"jump_from":["P3_REPORT","P4_MATERIALS","P5_QUESTIONS","P6_DISCUSSION","P7_OPINIONS","P8_CONCLUSION"],"prompt":"prompt.p4"},
      {"code":"P5_QUESTIONS","zh":"询问","en":"Questions","group":"review","next":["P6_DISCUSSION"],"jump_from":["P3_REPORT","P4_MATERIALS","P5_QUESTIONS","P6_DISCUSSION","P7_OPINIONS","P8_CONCLUSION"],"prompt":"prompt.p5"},
      {"code":"P6_DISCUSSION","zh":"专家讨论","en":"Discussion among the experts","group":"panel","next":["P7_OPINIONS"],"jump_from":["P3_REPORT","P4_MATERIALS","P5_QUESTIONS","P6_DISCUSSION","P7_OPINIONS","P8_CONCLUSION"],"prompt":"prompt.p6"},
      {"code":"P7_OPINIONS","zh":"逐一发表意见","en":"Opinions, one by one","group":"panel","next":["P8_CONCLUSION"],"blocked":true,"prompt":"prompt.p7","limit_s":600},
      {"code":"P8_CONCLUSION","zh":"形成会审意见","en":"Conclusion","group":"panel","next":["P9_SIGN","P6_DISCUSSION"],"prompt":"prompt.p8","requires":["P7_OPINIONS"],"undoes":["P9_SIGN"]},
      {"code":"P9_SIGN","zh":"签名","en":"Signing","group":"panel","next":["P10_CLOSED","P8_CONCLUSION"],"clerk_drives":true,"texts":["signing_intent"],"prompt":"prompt.p9","requires":["P8_CONCLUSION"],"signs":["expert","presiding","arbitrators","clerk"]},
      {"code":"P10_CLOSED","zh":"结束","en":"Closed","group":"panel"},
      {"code":"PX_TECH","zh":"技术中断","en":"Technical interruption","group":"interrupted","jump_from":["*"],"returns":true,"aside":true,"clerk_drives":true,"texts":["interruption"],"prompt":"prompt.mx"},
    ],
  },
}

export const FLOOR: Record<string, Record<string, string>> = {
  lobby: {"presiding":"F","arbitrators":"L","clerk":"F","applicant":"O","respondent":"O","third":"O","witness":"X","expert":"-","observer":"X","supervisor":"X","interpreter":"O","chamber":"O"},
  opening: {"presiding":"F","arbitrators":"F","clerk":"F","applicant":"G","respondent":"G","third":"G","witness":"X","expert":"L","observer":"L","supervisor":"L","interpreter":"F","chamber":"G"},
  statements: {"presiding":"F","arbitrators":"F","clerk":"G","applicant":"T","respondent":"T","third":"T","witness":"X","expert":"L","observer":"L","supervisor":"L","interpreter":"F","chamber":"G"},
  evidence: {"presiding":"F","arbitrators":"F","clerk":"F","applicant":"G","respondent":"G","third":"G","witness":"G","expert":"G","observer":"L","supervisor":"L","interpreter":"F","chamber":"G"},
  inquiry: {"presiding":"F","arbitrators":"F","clerk":"G","applicant":"G","respondent":"G","third":"G","witness":"X","expert":"L","observer":"L","supervisor":"L","interpreter":"F","chamber":"G"},
  negotiation: {"presiding":"F","arbitrators":"F","clerk":"G","applicant":"F","respondent":"F","third":"F","witness":"X","expert":"G","observer":"X","supervisor":"A","interpreter":"F","chamber":"F"},
  caucus: {"presiding":"F","arbitrators":"-","clerk":"-","applicant":"-","respondent":"-","third":"-","witness":"X","expert":"-","observer":"X","supervisor":"X","interpreter":"-","chamber":"-"},
  deliberation: {"presiding":"F","arbitrators":"F","clerk":"F","applicant":"X","respondent":"X","third":"X","witness":"X","expert":"X","observer":"X","supervisor":"X","interpreter":"X","chamber":"X"},
  minutes: {"presiding":"F","arbitrators":"F","clerk":"F","applicant":"G","respondent":"G","third":"G","witness":"X","expert":"-","observer":"X","supervisor":"X","interpreter":"F","chamber":"G"},
  interrupted: {"presiding":"F","arbitrators":"F","clerk":"F","applicant":"O","respondent":"O","third":"O","witness":"X","expert":"-","observer":"X","supervisor":"X","interpreter":"O","chamber":"O"},
  review: {"presiding":"F","arbitrators":"F","clerk":"G","applicant":"G","respondent":"G","third":"G","witness":"X","expert":"F","observer":"X","supervisor":"L","interpreter":"F","chamber":"G"},
  panel: {"presiding":"F","arbitrators":"F","clerk":"G","applicant":"X","respondent":"X","third":"X","witness":"X","expert":"F","observer":"X","supervisor":"X","interpreter":"X","chamber":"X"},
}

export const COLUMNS: Partial<Record<Role, string>> = {"mediator":"arbitrators","co_mediator":"arbitrators","chief_arbitrator":"arbitrators","sole_arbitrator":"arbitrators","arbitrator":"arbitrators","clerk":"clerk","applicant":"applicant","respondent":"respondent","third_party":"third","witness":"witness","appraiser":"expert","expert":"expert","interpreter":"interpreter","observer":"observer","supervisor":"supervisor","tech":"observer","chamber":"chamber"}

export const NEEDS: Record<string, string> = {"Knock":"take_part","Admit":"admit","Refuse":"admit","Move":"move","GiveFloor":"floor","TakeFloor":"floor","FreeFloor":"floor","Ask":"take_part","Grant":"rule","Deny":"rule","Withdraw":"take_part","Mute":"mute","Unmute":"mute","Toggle":"take_part","Attend":"take_part","ShareScreen":"take_part","StopScreen":"take_part","Open":"proceed","Adjourn":"proceed","Resume":"proceed","Close":"proceed","Advance":"proceed","PassTurn":"floor","Read":"read","Delegate":"decide","TakeChair":"chair","AllowWatch":"decide","Warn":"rule","DeclareAbsence":"decide","JudgeOutage":"decide","SwitchOnSite":"decide","PresentOnSite":"admit","Sign":"take_part","DeclineToSign":"take_part","NoteUnsigned":"rule","ReportLine":"take_part","Leave":"take_part","EditLine":"edit_minutes","InsertLine":"edit_minutes","InsertText":"edit_minutes","StrikeLine":"edit_minutes","SplitLine":"edit_minutes","MergeLines":"edit_minutes","AdoptLines":"edit_minutes","SetBookmark":"edit_minutes","DropBookmark":"edit_minutes","NameVoice":"edit_minutes","LayMinutes":"edit_minutes","ReportReading":"take_part","ConfirmMinutes":"take_part","RefuseMinutes":"take_part","NoteReading":"rule","AllowLiveMinutes":"decide","StartSecondPass":"edit_minutes","StopSecondPass":"edit_minutes","TakeSuggestions":"edit_minutes","DismissSuggestions":"edit_minutes","ReopenSuggestions":"edit_minutes","Say":"take_part","DeclareWriting":"rule","Present":"show_evidence","TurnPage":"take_part","StopPresenting":"take_part","ExamineEvidence":"take_part","NoteEvidence":"show_evidence","CheckOriginal":"show_evidence"}
export const PERMISSIONS: Record<Role, string[]> = {"mediator":["admit","chair","decide","edit_minutes","floor","move","mute","proceed","read","rule","show_evidence","take_part"],"co_mediator":["chair","take_part"],"chief_arbitrator":["admit","chair","decide","edit_minutes","floor","move","mute","proceed","read","rule","show_evidence","take_part"],"sole_arbitrator":["admit","chair","decide","edit_minutes","floor","move","mute","proceed","read","rule","show_evidence","take_part"],"arbitrator":["chair","take_part"],"clerk":["admit","edit_minutes","floor","move","mute","proceed","read","rule","show_evidence","take_part"],"applicant":["take_part"],"respondent":["take_part"],"agent":["take_part"],"legal_rep":["take_part"],"statutory_agent":["take_part"],"legal_aid":["take_part"],"third_party":["take_part"],"witness":["take_part"],"appraiser":["take_part"],"interpreter":["take_part"],"expert":["take_part"],"observer":["take_part"],"supervisor":["take_part"],"tech":["take_part"],"chamber":["take_part"]}
export const CONDUCT: string[] = ["decide","floor","move","mute","proceed","rule"]
export const HINDRANCES = {"not_allowed":{"zh":"您的身份无权进行此操作。","en":"Your role may not do this."},"chair_only":{"zh":"只有主持人可以决定。","en":"The chair alone decides this."},"not_presiding":{"zh":"由主持人进行此操作，或由主持人委托后进行。","en":"The chair does this, or you on the chair's behalf once asked to."},"silent_in_stage":{"zh":"按照当前阶段的规则，该参加人现在不能发言。","en":"In this stage that person may not speak."},"witness_not_called":{"zh":"当前阶段证人不得到庭，须在举证环节传唤。","en":"A witness is called in during the evidence only."},"screened":{"zh":"已登记这两人不得在同一处。","en":"It is on record that these two people are never at the same place."},"no_caucus_now":{"zh":"当前阶段不能单独沟通，请先进入协商。","en":"Private talks take place in the negotiation."}}
