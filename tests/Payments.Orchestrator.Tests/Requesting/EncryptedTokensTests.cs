using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Orchestrator.Requesting;
using Payments.Testing;

namespace Payments.Orchestrator.Tests.Requesting;

public sealed class EncryptedTokensTests
{
    private static readonly Ulid Payment = Ulid.NewUlid();
    private static readonly string OldKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string NewKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly TokenCipher _old = Cipher("k1", ("k1", OldKey));
    private readonly TokenCipher _both = Cipher("k2", ("k1", OldKey), ("k2", NewKey));
    private readonly TokenCipher _new = Cipher("k2", ("k2", NewKey));

    [Fact]
    public void Renew_Request_ChangesItsTokensAndNothingElse()
    {
        var body = new JsonObject
        {
            ["paymentMethod"] = Method(_old.Encrypt("pm_1", Payment.ToString()), _old.Encrypt("pm_2", Payment.ToString())),
            // Whatever a client writes is none of ours.
            ["metadata"] = new JsonObject { ["note"] = "enc:k1:AAAA", ["number"] = 1.50m },
        };

        var renewed = JsonNode.Parse(EncryptedTokens.OfRequests.Renew(_both, $"{Payment.ToGuid()}", body.ToJsonString())!)!;

        TokensOf(renewed["paymentMethod"]!).ShouldBe(["pm_1", "pm_2"]);
        renewed["paymentMethod"]!["credentials"] = body["paymentMethod"]!["credentials"]!.DeepClone();
        renewed.ToJsonString().ShouldBe(body.ToJsonString());
    }

    [Fact]
    public void Renew_Payment_ChangesItsTokens() =>
        TokensOf(JsonNode.Parse(EncryptedTokens.OfPayments.Renew(
            _both, $"{Payment.ToGuid()}", Method(_old.Encrypt("pm_1", Payment.ToString())).ToJsonString())!)!).ShouldBe(["pm_1"]);

    [Fact]
    public void Renew_UnderTheActiveKey_IsLeftAlone() =>
        EncryptedTokens.OfPayments.Renew(
            _both, $"{Payment.ToGuid()}", Method(_both.Encrypt("pm_1", Payment.ToString())).ToJsonString()).ShouldBeNull();

    [Fact]
    public void Renew_OfAnotherPayment_IsRefused() =>
        Should.Throw<CryptographicException>(() => EncryptedTokens.OfPayments.Renew(
            _both, $"{Ulid.NewUlid().ToGuid()}", Method(_old.Encrypt("pm_1", Payment.ToString())).ToJsonString()));

    [Fact]
    public async Task Reencrypt_TheOrchestratorsOwnTables_AreUnderstood()
    {
        var settings = RunDirectory.Configuration("orchestrator").GetSection("Tokens");
        var active = settings["ActiveKey"]!;

        // Rows of other tests are under the key of the run or under keys that nobody has: only the statements are at stake.
        EncryptedRows[] tables =
        [
            .. new[] { EncryptedTokens.OfRequests, EncryptedTokens.OfPayments }.Select(t => t with { Renew = (_, _, value) => value }),
        ];
        var owner = new OwnerConnection(RunDirectory.ConnectionString("orchestrator", "Owner"));
        (await new Reencryptor(owner, Cipher(active, (active, settings[$"Keys:{active}"]!)), tables).Run(TextWriter.Null))
            .ShouldBeGreaterThanOrEqualTo(0);
    }

    private static JsonObject Method(params string[] tokens) => new()
    {
        ["type"] = "card",
        ["credentials"] = new JsonArray([.. tokens.Select(t => new JsonObject { ["psp"] = "stripe", ["token"] = t })]),
    };

    private IEnumerable<string> TokensOf(JsonNode method) =>
        method["credentials"]!.AsArray().Select(c => _new.Decrypt(c!["token"]!.GetValue<string>(), Payment.ToString()));

    private static TokenCipher Cipher(string active, params (string Id, string Key)[] keys)
    {
        var options = new TokenOptions { ActiveKey = active };
        foreach (var (id, key) in keys)
            options.Keys.Add(id, key);
        return new TokenCipher(options);
    }
}
