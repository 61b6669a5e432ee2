using System.Net;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Operations.Tests.Publishing;

public sealed class When_a_payment_is_posted(OperationsApp app) : IClassFixture<OperationsApp>
{
    private const string Path = "/v1/payments";
    private const string CardNumber = "4111 1111 1111 1111";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string _key = $"key-{Ulid.NewUlid()}";

    [Fact]
    public async Task Should_answer_202_after_the_broker_has_it_with_ids_filled_in()
    {
        using var response = await Post("""{"merchantId":"m1","orders":[{"amount":"abc"}]}""");

        var paymentId = await response.AcceptedId();
        response.Headers.Contains("Idempotent-Replayed").ShouldBeFalse();
        var request = app.Publisher.RequestsUnder(paymentId).ShouldHaveSingleItem();
        request.GetProperty("idempotencyKey").GetString().ShouldBe(_key);
        request.GetProperty("merchantId").GetString().ShouldBe("m1");
        // Not ours to judge: the front door rejects it, by field.
        request.GetProperty("orders")[0].GetProperty("amount").GetString().ShouldBe("abc");
    }

    [Fact]
    public async Task Should_keep_the_callers_payment_id()
    {
        var paymentId = Ulid.NewUlid();

        using var response = await Post(
            $$"""{"merchantId":"m1","paymentId":"{{paymentId}}","idempotencyKey":"{{_key}}"}""");

        (await response.AcceptedId()).ShouldBe(paymentId);
    }

    [Fact]
    public async Task Should_give_the_same_answer_to_the_same_request()
    {
        using var first = await Post("""{"merchantId":"m1","buyerId":"b1"}""");
        using var second = await Post("""{ "buyerId": "b\u0031", "merchantId": "m1" }""");

        (await second.AcceptedId()).ShouldBe(await first.AcceptedId());
        second.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        app.Publisher.RequestsUnder(await first.AcceptedId()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_refuse_another_body_under_the_same_key()
    {
        using var first = await Post("""{"merchantId":"m1","buyerId":"b1"}""");
        using var second = await Post("""{"merchantId":"m1","buyerId":"b2"}""");
        using var otherMerchant = await Post("""{"merchantId":"m2","buyerId":"b2"}""");

        await second.Problem(HttpStatusCode.UnprocessableEntity, "key-reused");
        (await otherMerchant.AcceptedId()).ShouldNotBe(await first.AcceptedId());
    }

    [Fact]
    public async Task Should_answer_409_while_the_first_is_being_taken_in_and_take_over_when_its_lease_has_run_out()
    {
        const string body = """{"merchantId":"m1"}""";
        var hold = app.Publisher.HoldNext();
        var first = Post(body);
        await Eventually.Async("the claim of the first", Deadline, async () => await State() is "taking_in");

        using var second = await Post(body);
        await second.Problem(HttpStatusCode.Conflict, "being-taken-in");
        second.Headers.RetryAfter.ShouldNotBeNull();
        using var other = await Post("""{"merchantId":"m1","buyerId":"b2"}""");
        await other.Problem(HttpStatusCode.UnprocessableEntity, "key-reused");

        await OperationsApp.Sql("UPDATE http_request SET lease_until = now() WHERE idempotency_key = $1", _key);
        using var third = await Post(body);
        var paymentId = await third.AcceptedId();
        app.Publisher.RequestsUnder(paymentId).Count.ShouldBe(1);

        // The one that stood still wakes up: the same payment once more, which the front door deduplicates.
        hold.SetResult();
        using var late = await first;
        (await late.AcceptedId()).ShouldBe(paymentId);
        app.Publisher.RequestsUnder(paymentId).Count.ShouldBe(2);
        (await State()).ShouldBe("accepted");
    }

    [Fact]
    public async Task Should_take_one_of_many_concurrent_posts_in()
    {
        var posts = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Post("""{"merchantId":"m1"}""")));

        var accepted = posts.Where(p => p.StatusCode == HttpStatusCode.Accepted).ToArray();
        posts.Except(accepted).ShouldAllBe(p => p.StatusCode == HttpStatusCode.Conflict);
        accepted.Count(p => !p.Headers.Contains("Idempotent-Replayed")).ShouldBe(1);
        var ids = await Task.WhenAll(accepted.Select(p => p.AcceptedId()));
        app.Publisher.RequestsUnder(ids.Distinct().ShouldHaveSingleItem()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_store_no_body()
    {
        using var response = await Post(
            """{"merchantId":"m1","paymentMethod":{"credentials":[{"token":"pm_secret"}]}}""");

        await response.AcceptedId();
        var row = (string?)await OperationsApp.Sql(
            "SELECT to_jsonb(http_request)::text FROM http_request WHERE idempotency_key = $1", _key);
        row.ShouldNotBeNull().ShouldNotContain("pm_secret");
    }

    [Fact]
    public async Task Should_refuse_a_card_number_and_store_nothing()
    {
        using var response = await Post($$$"""{"merchantId":"m1","metadata":{"note":"pay with {{{CardNumber}}}"}}""");

        (await response.BrokenRules()).ShouldBe(["metadata.note card_number"]);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("1111");
        (await State()).ShouldBeNull();
    }

    [Fact]
    public async Task Should_require_the_idempotency_key()
    {
        using var response = await app.Post(Path, """{"merchantId":"m1","idempotencyKey":"k"}""");

        (await response.BrokenRules()).ShouldBe(["Idempotency-Key required"]);
    }

    [Theory]
    [InlineData("{", " json")]
    [InlineData("[]", " object")]
    [InlineData("""{"merchantId":"m1","merchantId":"m2"}""", " json")]
    [InlineData("""{"merchantId":"m1","buyerId":"\ud800"}""", " json")]
    [InlineData("""{}""", "merchantId required")]
    [InlineData("""{"merchantId":7}""", "merchantId format")]
    [InlineData("""{"merchantId":"a b"}""", "merchantId format")]
    [InlineData("""{"merchantId":"m1","paymentId":"1"}""", "paymentId ulid")]
    [InlineData("""{"merchantId":"m1","PaymentId":"1"}""", "paymentId spelling")]
    [InlineData("""{"merchantId":"m1","idempotencyKey":"other"}""", "idempotencyKey header_differs")]
    public async Task Should_name_the_broken_rule(string body, string rule)
    {
        using var response = await Post(body);

        (await response.BrokenRules()).ShouldBe([rule]);
        (await State()).ShouldBeNull();
    }

    [Fact]
    public async Task Should_refuse_a_body_that_is_too_large()
    {
        using var response = await Post($$"""{"merchantId":"m1","buyerId":"{{new string('b', 256 * 1024)}}"}""");

        await response.Problem(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    private Task<HttpResponseMessage> Post(string body) => app.Post(Path, body, ("Idempotency-Key", _key));

    private async Task<string?> State() =>
        (string?)await OperationsApp.Sql("SELECT state FROM http_request WHERE idempotency_key = $1", _key);
}
