using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceHost;
using SocialAssistance.Campaign;
using SocialAssistance.Complaint;
using SocialAssistance.DemocraticReview;
using SocialAssistance.EconomicVerification;
using SocialAssistance.Entitlement;
using SocialAssistance.HomeVisit;
using SocialAssistance.HouseholdRegistry;
using SocialAssistance.LegacyImport;
using SocialAssistance.Overpayment;
using SocialAssistance.PaymentBatch;
using SocialAssistance.PersonRegistry;
using SocialAssistance.PublicityNotice;
using SocialAssistance.Reports;
using SocialAssistance.SpotCheck;
using SocialAssistance.SubsistenceAllowance;

return await Service.Run(args, SocialAssistance.Contents.Service);

namespace SocialAssistance
{
    /// <summary>The contents page: one line per business process.</summary>
    internal static class Contents
    {
        public static Service Service => new Service("social-assistance", new("社会救助", "Social assistance"), typeof(Contents).Assembly)
            .Add(PersonProcess.Page).Map(PersonReads.Map)
            .Add(HouseholdProcess.Page)
            .Add(AllowanceProcess.Page)
            .Add(VerificationProcess.Page).Map(MonthlyReturn.Map)
            .Add(VisitProcess.Page)
            .Add(ReviewProcess.Page)
            .Add(NoticeProcess.Page)
            .Add(SpotCheckProcess.Page).Map(SampleProof.Map)
            .Add(ComplaintProcess.Page).Map(ReporterIdentity.Map)
            .Add(EntitlementProcess.Page).Map(EntitlementUprating.Map)
            .Add(OverpaymentProcess.Page)
            .Add(BatchProcess.Page).Map(BatchRoutes.Map)
            .Add(CampaignProcess.Page)
            .Add(ImportProcess.Page).Map(ImportRoutes.Map).With(s => s.AddSingleton<RegisterStore>().AddSingleton<Importer>().AddHostedService<ImportWorker>())
            .Map(ReportRoutes.Map);
    }
}
