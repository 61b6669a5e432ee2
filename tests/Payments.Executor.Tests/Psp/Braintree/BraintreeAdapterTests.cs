using System.Text.Json;
using Payments.Executor.Psp;
using Payments.Executor.Psp.Braintree;
using static Payments.Executor.Tests.Psp.Braintree.BraintreeResponses;

namespace Payments.Executor.Tests.Psp.Braintree;

public sealed class BraintreeAdapterTests
{
    private const string Made = "\"transaction\":{\"amount\":\"19.99\",\"merchantAccountId\":\"shop-USD\",\"orderId\":\"P/O/charge/1\"}";

    [Theory]
    [InlineData(PspStep.Sale, null, "ChargeOrder", "{\"input\":{\"paymentMethodId\":\"fake-valid-nonce\"," + Made + "}}")]
    [InlineData(PspStep.Authorize, null, "AuthorizeOrder", "{\"input\":{\"paymentMethodId\":\"fake-valid-nonce\"," + Made + "}}")]
    [InlineData(
        PspStep.Capture, null, "CaptureOrder",
        "{\"input\":{\"transactionId\":\"dHJhbnNhY3Rpb25fMQ==\",\"transaction\":{\"amount\":\"19.99\"}}}")]
    [InlineData(PspStep.Void, null, "ReverseOrder", "{\"input\":{\"transactionId\":\"dHJhbnNhY3Rpb25fMQ==\"}}")]
    [InlineData(PspStep.Refund, 1999L, "ReverseOrder", "{\"input\":{\"transactionId\":\"dHJhbnNhY3Rpb25fMQ==\"}}")]
    [InlineData(
        PspStep.Refund, 2000L, "RefundOrder",
        "{\"input\":{\"transactionId\":\"dHJhbnNhY3Rpb25fMQ==\",\"refund\":{\"amount\":\"19.99\",\"orderId\":\"P/O/charge/1\"}}}")]
    [InlineData(
        PspStep.Refund, null, "RefundOrder",
        "{\"input\":{\"transactionId\":\"dHJhbnNhY3Rpb25fMQ==\",\"refund\":{\"amount\":\"19.99\",\"orderId\":\"P/O/charge/1\"}}}")]
    internal void Prepare_AStep_GivesThisOperation(PspStep step, long? target, string name, string variables)
    {
        var operation = Operation(step) with { TargetAmountMinor = target };

        var request = Adapter.Prepare(operation).Request.ShouldNotBeNull();

        (request.Method, request.Path, request.ContentType).ShouldBe(("POST", "graphql", "application/json"));
        request.Headers.ShouldBe([new("Braintree-Version", "2019-01-01")]);
        using var body = JsonDocument.Parse(request.Body);
        body.RootElement.GetProperty("operationName").GetString().ShouldBe(name);
        body.RootElement.GetProperty("variables").GetRawText().ShouldBe(variables);
        body.RootElement.GetProperty("query").GetString().ShouldBe(BraintreeDocuments.All.Single(d => d.Name == name).Text);
        Adapter.Prepare(operation).Request!.ToBytes().ShouldBe(request.ToBytes());
    }

    [Theory]
    [InlineData(PspStep.Sale)]
    [InlineData(PspStep.Authorize)]
    [InlineData(PspStep.Capture)]
    [InlineData(PspStep.Void)]
    [InlineData(PspStep.Refund)]
    internal void Prepare_WithoutTokenOrTarget_IsRefused(PspStep step) =>
        Adapter.Prepare(Operation(step) with { Token = null, TargetReference = null })
            .Refusal.ShouldNotBeNull().Reason.ShouldBe(Reasons.MissingField);

    [Fact]
    public void ReplayOf_AnyStep_IsNeverSafe() =>
        Enum.GetValues<PspStep>().ShouldAllBe(s => !Adapter.ReplayOf(s).IsSafe);

    [Fact]
    public void ReferenceOf_ALongId_FitsPayPalToo()
    {
        Adapter.ReferenceOf("P/O/charge/1").ShouldBe("P/O/charge/1");
        Adapter.ReferenceOf(new string('x', 127)).Length.ShouldBe(127);
        Adapter.ReferenceOf(new string('x', 128)).Length.ShouldBe(64);
    }

    [Theory]
    [InlineData(PspStep.Sale, "dHdv", "FindCharge")]
    [InlineData(PspStep.Sale, null, null)]
    [InlineData(PspStep.Capture, null, "FindRefunds")]
    [InlineData(PspStep.Void, null, "FindRefunds")]
    [InlineData(PspStep.Refund, "cmVmdW5kXzE=", "FindRefunds")]
    internal void PrepareRetrieve_AStep_AsksWhatCanTell(PspStep step, string? reference, string? name)
    {
        var request = Adapter.PrepareRetrieve(Operation(step), reference);

        (request is null).ShouldBe(name is null);
        if (request is not null)
            JsonDocument.Parse(request.Body).RootElement.GetProperty("operationName").GetString().ShouldBe(name);
    }

    [Fact]
    public void RequestIdOf_AnAnswer_IsBraintrees() =>
        Adapter.RequestIdOf(Mutated(PspStep.Sale, Transaction("SETTLED"))).ShouldBe("r-1");
}
