using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Thousands of requests, each broken at random from its seed; far more with <c>PAYMENTS_TEST_FULL</c>.
/// </summary>
public sealed class RequestFuzzTests
{
    private const string Secret = "tok_plain_secret";

    private static readonly int Times =
        Environment.GetEnvironmentVariable("PAYMENTS_TEST_FULL") == "1" ? 200_000 : 4_000;

    private static readonly string[] MayLookLikeCardNumbers =
        ["paymentId", "idempotencyKey", "merchantId", "buyerId", "orderId", "sellerId", "amount"];

    private static readonly Intake Intake = new(
        new TokenCipher(new TokenOptions
        {
            ActiveKey = "k1",
            Keys = { ["k1"] = Convert.ToBase64String(new byte[32]) },
        }),
        new InboxOptions(),
        TimeProvider.System);

    [Fact]
    public void Read_MutatedTree_NeverThrowsNorLeaks()
    {
        var read = 0;
        for (var seed = 0; seed < Times; seed++)
        {
            var request = Mutation.Of(Requests.Valid(), new Random(seed));
            if (Check(request.ToJsonString(), seed))
                read++;
        }

        // Otherwise nothing would have been checked that is stored.
        read.ShouldBeGreaterThan(Times / 20);
    }

    [Fact]
    public void Read_MutatedBytes_NeverThrowsButNotJson()
    {
        for (var seed = 0; seed < Times; seed++)
        {
            var random = new Random(seed);
            var body = MutatedBytes(random);
            try
            {
                RequestReader.Read(RequestBody.FindRequest(RequestBody.Parse(body), null));
            }
            catch (NotJsonException)
            {
                // The typed exception is what such a body is for.
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {Encoding.UTF8.GetString(body)}", exception);
            }
        }
    }

    /// <summary>Whether it was a valid request.</summary>
    private static bool Check(string json, int seed)
    {
        try
        {
            var reading = Requests.Read(json);
            foreach (var rows in new[] { new IntakeRows(), new(Rejection: new("m", reading.Hash, Ulid.NewUlid())) })
                ShouldNotLeak(Intake.Decide(reading).Decide(rows));
            return reading is ValidRequest;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}: {json}", exception);
        }
    }

    private static void ShouldNotLeak(Effects effects)
    {
        var said = effects.Messages
            .Select(m => JsonSerializer.Serialize(m.Message, m.Type, ContractJson.Options))
            .Concat(effects.Writes.OfType<AddPayment>().Select(w => w.Body))
            .Select(json => JsonNode.Parse(json)!);
        foreach (var stored in effects.Writes.OfType<AddPayment>())
        {
            JsonSerializer.Deserialize<PaymentRequested>(stored.Body, ContractJson.Options)!
                .PaymentId.ShouldBe(stored.PaymentId);
        }

        foreach (var node in said)
        {
            node.ToJsonString().ShouldNotContain(Secret);
            RemoveWhatMayLookLikeACardNumber(node);
            CardNumbers.Contains(node.ToJsonString(new JsonSerializerOptions { WriteIndented = true })).ShouldBeFalse();
        }
    }

    private static void RemoveWhatMayLookLikeACardNumber(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                RemoveWhatMayLookLikeACardNumber(item);
        }

        if (node is not JsonObject owner)
            return;
        foreach (var (name, value) in owner.ToArray())
        {
            if (value is JsonValue && MayLookLikeCardNumbers.Contains(name))
                owner.Remove(name);
            else
                RemoveWhatMayLookLikeACardNumber(value);
        }
    }

    private static byte[] MutatedBytes(Random random)
    {
        ReadOnlySpan<byte> likely = "{}[]\",:\\u0d8-+.eE019truefalsn \0\xff"u8;
        var body = Requests.Valid().Bytes().ToList();
        for (var mutations = random.Next(1, 5); mutations > 0; mutations--)
        {
            var at = random.Next(body.Count);
            var replacement = likely[random.Next(likely.Length)];
            switch (random.Next(4))
            {
                case 0:
                    body[at] = replacement;
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 40), body.Count - at));
                    break;
                case 2:
                    body.Insert(at, replacement);
                    break;
                case 3:
                    var length = Math.Min(random.Next(1, 40), body.Count - at);
                    body.InsertRange(random.Next(body.Count), body.GetRange(at, length));
                    break;
            }

            if (body.Count == 0)
                break;
        }

        return [.. body];
    }
}
