using System.Net;
using System.Net.Http.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Operations.Tests.Querying;

public sealed class When_a_payment_is_unknown(OperationsApp app) : IClassFixture<OperationsApp>
{
    private readonly Ulid _unknown = Ulid.NewUlid();

    [Theory]
    [InlineData("")]
    [InlineData("/books")]
    public async Task Should_answer_404(string suffix)
    {
        using var response = await app.Http.GetAsync(new Uri($"/v1/payments/{_unknown}{suffix}", UriKind.Relative));

        await response.Problem(HttpStatusCode.NotFound, "payment-unknown");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/books")]
    public async Task Should_answer_400_when_the_id_is_none(string suffix)
    {
        using var response = await app.Http.GetAsync(new Uri($"/v1/payments/unknown{suffix}", UriKind.Relative));

        (await response.BrokenRules()).ShouldBe(["id ulid"]);
    }

    [Fact]
    public async Task Should_not_be_resumed()
    {
        using var response = await app.Post(
            $"/v1/payments/{_unknown}/resume", """{"requestedBy":"ann","reason":"why not"}""");

        await response.Problem(HttpStatusCode.NotFound, "payment-unknown");
    }

    [Fact]
    public async Task Should_answer_400_when_the_id_to_resume_is_none()
    {
        using var response = await app.Post("/v1/payments/unknown/resume", """{"requestedBy":"ann","reason":"why not"}""");

        (await response.BrokenRules()).ShouldBe(["id ulid"]);
    }

    [Fact]
    public async Task Should_want_to_know_who_resumes_and_why()
    {
        using var response = await app.Post("/v1/payments/unknown/resume", """{"requestedBy":" ","reason":"a\nb"}""");

        (await response.BrokenRules()).ShouldBe(["id ulid", "requestedBy required", "reason format"]);
    }

    [Fact]
    public async Task Should_answer_over_the_bus()
    {
        var client = app.Services.GetRequiredService<IBus>()
            .CreateRequestClient<GetPayment>(new Uri($"exchange:{Routes.Queries}"));

        var answer = await client.GetResponse<PaymentDetails, PaymentNotFound>(new GetPayment { PaymentId = _unknown });

        answer.Is(out Response<PaymentNotFound>? notFound).ShouldBeTrue();
        notFound!.Message.PaymentId.ShouldBe(_unknown);
    }

    [Fact]
    public async Task Should_say_that_a_seller_without_credits_has_no_balances()
    {
        var balances = await app.Http.GetFromJsonAsync<SellerBalances>(
            $"/v1/sellers/seller-{_unknown}/balances", ContractJson.Options);

        balances.ShouldNotBeNull().Balances.ShouldBeEmpty();
    }
}
