using Payments.Executor.Psp;
using Payments.Executor.Psp.Adyen;

namespace Payments.Executor.Tests.Psp.Adyen;

public sealed class AdyenRefusalsTests
{
    /// <summary>Adyen's list of refusal reasons, written down independently of the table: by meaning, in its order.</summary>
    [Theory]
    [InlineData(DeclineReasons.GenericDecline, DeclineKind.Soft, "2")]
    [InlineData(DeclineReasons.CallIssuer, DeclineKind.Soft, "3")]
    [InlineData(DeclineReasons.ProcessingError, DeclineKind.Soft, "4", "21")]
    [InlineData(DeclineReasons.BlockedCard, DeclineKind.Hard, "5", "25")]
    [InlineData(DeclineReasons.ExpiredCard, DeclineKind.Hard, "6")]
    [InlineData(DeclineReasons.AmountNotAllowed, DeclineKind.Hard, "7")]
    [InlineData(DeclineReasons.IncorrectNumber, DeclineKind.Hard, "8")]
    [InlineData(DeclineReasons.IssuerUnavailable, DeclineKind.Soft, "9")]
    [InlineData(DeclineReasons.TransactionNotPermitted, DeclineKind.Hard, "10", "23", "40", "46")]
    [InlineData(DeclineReasons.AuthenticationFailed, DeclineKind.Soft, "11", "39", "42")]
    [InlineData(DeclineReasons.InsufficientFunds, DeclineKind.Soft, "12")]
    [InlineData(DeclineReasons.FraudSuspected, DeclineKind.Hard, "14", "20", "22", "31")]
    [InlineData(Reasons.AuthorizationCanceled, DeclineKind.Hard, "15", "16")]
    [InlineData(DeclineReasons.IncorrectPin, DeclineKind.Hard, "17", "18", "19", "33")]
    [InlineData(DeclineReasons.IncorrectCvc, DeclineKind.Hard, "24")]
    [InlineData(DeclineReasons.AuthorizationRevoked, DeclineKind.Hard, "26")]
    [InlineData(DeclineReasons.DoNotHonor, DeclineKind.Soft, "27")]
    [InlineData(DeclineReasons.LimitExceeded, DeclineKind.Soft, "28", "29")]
    [InlineData(DeclineReasons.IncorrectPostcode, DeclineKind.Hard, "32")]
    [InlineData(DeclineReasons.CardNotSupported, DeclineKind.Hard, "34", "35")]
    [InlineData(DeclineReasons.AuthenticationRequired, DeclineKind.Soft, "36", "37", "38", "41")]
    internal void Of_ADocumentedCode_IsItsReason(string reason, DeclineKind decline, params string[] codes)
    {
        foreach (var code in codes)
            AdyenRefusals.Of(code).ShouldBe((decline, reason));
        AdyenRefusals.Rows.Where(r => r.Value.Reason == reason).Select(r => r.Key).Order().ShouldBe(codes.Order());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("999")]
    public void Of_AnUnknownCode_IsASoftGenericDecline(string? code) =>
        AdyenRefusals.Of(code).ShouldBe((DeclineKind.Soft, DeclineReasons.GenericDecline));
}
