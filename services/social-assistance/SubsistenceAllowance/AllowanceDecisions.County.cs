using Platform.Cases;

namespace SocialAssistance.SubsistenceAllowance;

/// <summary>The county's review of the file; a county home visit is attached by its own process.</summary>
internal sealed record RecordCountyCheck(bool Conforms, bool Sampled, string Findings) : AllowanceCommand;

internal sealed record ReturnToTownship(IReadOnlyList<string> Defects, DateOnly DueOn) : AllowanceCommand;

/// <param name="MonthlyAmount">The approver's own amount, checked against the server's; null leaves it to the server.</param>
/// <param name="Payee">The member who is paid; the applicant unless named.</param>
internal sealed record ConfirmAllowance(DocumentNumber DecisionNumber, Money? MonthlyAmount = null, PersonId? Payee = null, string? CertificateNumber = null) : AllowanceCommand;

/// <param name="Remedies">Where and by when the household may turn: reconsideration, court (社会救助暂行办法 第65条).</param>
internal sealed record RefuseAllowance(DocumentNumber DecisionNumber, IReadOnlyList<Reason> Reasons, string Remedies) : AllowanceCommand;

internal static partial class AllowanceDecisions
{
    private static Decision<AllowanceEvent> Check(AllowanceFile file, RecordCountyCheck c, Act act)
    {
        var check = new AllowanceCountyCheckRecorded(c.Conforms, c.Sampled, c.Findings, act.Today, act.Actor);
        return file.CountyCheck == check && file.CountyCheckVersion > file.ObjectionVersion ? []
            : (OtherStep(file, Step.CountyCheck, act, act.Actor) ?? Checks.Stated(c.Findings, "findings")) is { } refusal ? refusal
            : [check];
    }

    private static Decision<AllowanceEvent> Return(AllowanceFile file, ReturnToTownship c, Act act) =>
        file.Returns >= file.Procedure.MaximumReturns ? Refusal.NotNow("E_RETURNS", $"最多退回{file.Procedure.MaximumReturns}次。", $"A case is returned at most {file.Procedure.MaximumReturns} times.").With("returns", file.Returns)
        : OtherStep(file, Step.Confirm, act, act.Actor) is { } duties ? duties
        : c.Defects.Count == 0 || c.Defects.Any(d => Checks.Stated(d, "defects") is not null) ? Refusal.Rule("E_REASON", "退回须列明问题。", "Name the defects.").With("field", "defects")
        : c.DueOn < act.Today ? Refusal.Rule("E_DATE_PAST", "整改期限不能早于办理日。", "The term lies before the day of the act.").With("day", c.DueOn)
        : [new AllowanceCaseReturned(c.Defects, c.DueOn, act.Today, act.Actor)];

    /// <summary>The amount is reckoned anew from the assessment, under the standard of the day of the decision.</summary>
    private static Decision<AllowanceEvent> Confirm(AllowanceCase aid, ConfirmAllowance c, AllowancePolicy policy, Act act)
    {
        var file = aid.File;
        if ((NotConfirming(aid, act) ?? NotReady(file, policy, act) ?? Unsound(file, c) ?? NotEligible(file, policy)) is { } refusal)
        {
            return refusal;
        }

        var opinion = file.Opinion!;
        var basis = Reckon(file, opinion.Category, opinion.Uplifts, policy);
        if (Mismatch(c.MonthlyAmount, basis) is { } mismatch)
        {
            return mismatch;
        }

        if (!file.Procedure.TryNoticeDue(act.Today, out var noticeDue, out var missing))
        {
            return missing;
        }

        var application = file.Application;
        return [new AllowanceConfirmed(
            c.DecisionNumber, act.Today, policy.EffectiveMonth(act.Today), application.Area, [.. application.Members.Select(m => m.Person)], c.Payee ?? application.Applicant, basis, policy.Amount.Mode,
            opinion.Category, act.Today.AddMonths(policy.ReviewMonths[(opinion.Category, application.Area)]), c.CertificateNumber, noticeDue, file.IncomeVersion, policy.EditionsFor(application.Area), act.Actor)];
    }

    private static Decision<AllowanceEvent> Refuse(AllowanceCase aid, RefuseAllowance c, AllowancePolicy policy, Act act)
    {
        var file = aid.File;
        return NotConfirming(aid, act) is { } notYours ? notYours
            : c.Reasons.Count == 0 || c.Reasons.Any(r => Checks.Stated(r.Text, "reasons") is not null)
                ? Refusal.Rule("E_REASON", "不予确认的须书面说明理由。", "A refusal states its reasons in writing.", "社会救助暂行办法 第11条").With("field", "reasons")
            : (Checks.Stated(c.Remedies, "remedies") ?? Numbered(c.DecisionNumber)) is { } refusal ? refusal
            : !file.Procedure.TryNoticeDue(act.Today, out var noticeDue, out var missing) ? missing
            : [new AllowanceRefused(c.DecisionNumber, act.Today, c.Reasons, Failed(file, policy), c.Remedies, noticeDue, act.Actor)];
    }

    /// <summary>Who decides is set by the profile: the county, or the township where it has been delegated.</summary>
    private static Refusal? NotConfirming(AllowanceCase aid, Act act)
    {
        var procedure = aid.File.Procedure;
        var role = procedure.Delegated ? Roles.TownshipReviewer : Roles.CountyApprover;
        return !procedure.Delegated && aid is PublicityEnded or OpinionGiven ? Refusal.NotNow("E_NOT_REPORTED", "须先报送县级民政部门。", "The township reports the case to the county first.", procedure.Confirmation.Basis)
            : !act.Roles.Contains(role) ? Refusal.NotYours("E_ROLE", "您的岗位角色不能确认本案。", "Your role may not decide this case.", procedure.Confirmation.Basis).With("roles", new[] { role })
            : OtherStep(aid.File, Step.Confirm, act, act.Actor);
    }

    /// <summary>Everything the law wants done before a grant.</summary>
    private static Refusal? NotReady(AllowanceFile file, AllowancePolicy policy, Act act) =>
        file.Opinion is not { Grant: true } || file.Income is null ? Refusal.NotNow("E_OPINION", "乡镇(街道)未建议给予保障。", "The township has not proposed to grant.")
        : Unchecked(file)
        ?? (file.Procedure.Publicity.Rounds > 1 && !file.ApprovalNoticeStood ? Refusal.NotNow("E_PUBLICITY_OPEN", "拟批准情况须公示期满后方可决定。", "The approval notice must have stood first.", file.Procedure.Publicity.Basis)
        : NotAnswered(file, policy, act) ?? NotSupported(file, act));

    /// <summary>A household that lives elsewhere: the place where it lives has answered, not too long ago, and pays it nothing (domain section 2.5).</summary>
    private static Refusal? NotAnswered(AllowanceFile file, AllowancePolicy policy, Act act) =>
        file.CoInvestigation is { ReceivesAidThere: true } reply
            ? Refusal.NotNow("E_BENEFIT_CONFLICT", "申请家庭在居住地已享受救助。", "The household receives assistance where it lives.", "民发〔2021〕57号").With("otherRegion", reply.AskedRegion.ToString())
        : file.Application.SplitResidence && (file.CoInvestigation is null || act.Today > file.CoInvestigation.RepliedOn.AddMonths(policy.CoInvestigationMonths))
            ? Refusal.NotNow("E_CO_INVESTIGATION", "人户分离家庭须有居住地有效的协查答复。", "The household lives in another county, whose reply is missing or too old.", "社会救助暂行办法; 民发〔2021〕57号")
        : null;

    /// <summary>The county's own checks: every registered or complained case is visited (民发〔2012〕220号 第26条; 民发〔2021〕57号 第20条).</summary>
    private static Refusal? Unchecked(AllowanceFile file) =>
        file.CountyVisitMandatory && file.Visits.All(v => v.Kind != VisitKind.County)
            ? Refusal.NotNow("E_MANDATORY_VISIT", "单独登记备案或被投诉举报的申请,县级必须入户核查。", "The county visits every household that is separately registered or complained about.", file.Procedure.CountyVisits.Basis)
        : file.Relatives.Count > 0 && file.SeparateRegister is null
            ? Refusal.NotNow("E_SEPARATE_REGISTER", "近亲属申请须单独登记备案。", "The application of a near relative is entered in the separate register.", "民发〔2012〕220号 第14条; 民发〔2021〕57号 第11条")
        : !file.Procedure.Delegated && file.CountyCheckConforms is null ? Refusal.NotNow("E_CHECK_MISSING", "县级尚未审查。", "The county has not checked the case.", file.Procedure.CountyVisits.Basis)
        : file.CountyCheckConforms == false ? Refusal.NotNow("E_CHECK_FAILED", "县级审查发现不符,须退回或不予确认。", "The county's check does not conform: return the case or refuse.", file.Procedure.CountyVisits.Basis)
        : null;

    private static Refusal? Unsound(AllowanceFile file, ConfirmAllowance c) =>
        Numbered(c.DecisionNumber) is { } unnumbered ? unnumbered
        : c.Payee is { } payee && file.Application.Members.All(m => m.Person != payee) ? Refusal.Rule("E_MEMBER_UNKNOWN", "领取人须为家庭成员。", "The payee is a member of the household.")
        : c.CertificateNumber is { Length: 0 or > 40 } ? Refusal.Rule("E_CERTIFICATE", "证号为1至40个字符。", "A certificate number has 1 to 40 characters.")
        : null;

    private static Refusal? Numbered(DocumentNumber number) =>
        number.ToString().Length == 0 ? Refusal.Rule("E_DOCUMENT_NUMBER", "须写明决定文号。", "State the number of the decision.", "GB/T 9704-2012") : null;
}
