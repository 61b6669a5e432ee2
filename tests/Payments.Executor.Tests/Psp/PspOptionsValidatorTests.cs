using Microsoft.Extensions.Options;
using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp;

public sealed class PspOptionsValidatorTests
{
    [Theory]
    [InlineData("https://api.stripe.com/")]
    [InlineData("http://127.0.0.1:7501/stripe-a/")]
    [InlineData("http://localhost:7501")]
    public void Validate_AGoodConnection_Succeeds(string address) => Validate(address).Succeeded.ShouldBeTrue();

    [Theory]
    [InlineData("http://api.stripe.com/", "must be https, because api.stripe.com is not loopback")]
    [InlineData("ftp://127.0.0.1/", "absolute https address")]
    [InlineData("v1/", "absolute https address")]
    [InlineData("https://api.stripe.com/?a=b", "no query, fragment or user")]
    public void Validate_ABadAddress_SaysSo(string address, string sentence) =>
        Validate(address).FailureMessage!.ShouldContain(sentence);

    [Fact]
    public void Validate_EverythingWrong_NamesEachAndNoKey()
    {
        var options = new PspOptions
        {
            Connections =
            {
                ["Stripe A"] = new() { Adapter = "stripy", SecretKey = "sk_with blank" },
                ["stripe-b"] = new()
                {
                    Adapter = "stripe",
                    BaseAddress = new Uri("https://api.stripe.com/"),
                    Limits = new() { MaxInFlight = 0, MaxPerSecond = 10_001 },
                    SearchLagSeconds = -1,
                },
            },
            Breaker = new() { FailureRatio = 2, MinimumTries = 1, BreakSeconds = double.NaN },
            Pipeline = new() { TryLimitSeconds = 30, TotalLimitSeconds = 20, MaxTries = 0, ConnectLimitSeconds = double.NaN },
        };

        var message = new PspOptionsValidator().Validate(null, options).FailureMessage!;

        message.ShouldContain("Psp:Connections:Stripe A: a connection's name");
        message.ShouldContain($"Psp:Connections:Stripe A:Adapter is 'stripy'; known are {string.Join(", ", PspConnections.Formats.Keys.Order())}.");
        message.ShouldContain("Psp:Connections:Stripe A:BaseAddress");
        message.ShouldContain("Psp:Connections:Stripe A:SecretKey must be printable");
        message.ShouldContain("Psp:Connections:stripe-b:SecretKey is missing");
        message.ShouldContain("Psp:Pipeline:TotalLimitSeconds is 20; it must be from 30 to 60.");
        message.ShouldContain("Psp:Pipeline:MaxTries is 0");
        message.ShouldContain("Psp:Pipeline:ConnectLimitSeconds is NaN");
        message.ShouldContain("Psp:Connections:stripe-b:Limits:MaxInFlight is 0; it must be from 1 to 1000.");
        message.ShouldContain("Psp:Connections:stripe-b:Limits:MaxPerSecond is 10001");
        message.ShouldContain("Psp:Connections:stripe-b:SearchLagSeconds is -1; it must be from 0 to 86400.");
        message.ShouldContain("Psp:Breaker:FailureRatio is 2; it must be from 0.05 to 1.");
        message.ShouldContain("Psp:Breaker:MinimumTries is 1");
        message.ShouldContain("Psp:Breaker:BreakSeconds is NaN");
        message.ShouldNotContain("sk_with");
    }

    [Theory]
    [InlineData("adyen", "Account")]
    [InlineData("braintree", "PublicKey", "Account")]
    [InlineData("paypal", "PublicKey")]
    [InlineData("square", "Account")]
    [InlineData("stripe")]
    public void Validate_WithoutWhatTheFormatNeeds_NamesIt(string adapter, params string[] missing)
    {
        var connection = new PspConnectionOptions
        {
            Adapter = adapter,
            BaseAddress = new Uri("https://psp.example/"),
            SecretKey = "key",
        };

        new PspOptionsValidator().Validate(null, new PspOptions { Connections = { ["a"] = connection } })
            .Failures.ShouldBe(missing.Length == 0 ? null : missing.Select(m => $"Psp:Connections:a:{m} is missing; {adapter} needs it."));
    }

    [Fact]
    public void Validate_NoConnection_SaysSo() =>
        new PspOptionsValidator().Validate(null, new PspOptions()).FailureMessage!.ShouldContain(
            "Psp:Connections is empty");

    [Fact]
    public void Defaults_AreWithinTheirRanges() => Validate("https://api.stripe.com/").Succeeded.ShouldBeTrue();

    private static ValidateOptionsResult Validate(string address) =>
        new PspOptionsValidator().Validate(null, new PspOptions
        {
            Connections =
            {
                ["stripe-a"] = new() { Adapter = "stripe", BaseAddress = new Uri(address, UriKind.RelativeOrAbsolute), SecretKey = "sk_test_x" },
            },
        });
}
