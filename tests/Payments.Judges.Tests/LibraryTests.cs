using System.Globalization;
using System.Text.Json;
using Payments.Judges.Tests.Kit;
using Payments.Sandbox;

namespace Payments.Judges.Tests;

/// <summary>The sandbox, driven by the PSPs' own libraries.</summary>
public sealed class LibraryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [SkippableFact]
    public async Task Sandbox_DrivenByStripesLibrary_AnswersAsStripe() =>
        (await DriveAsync("stripe")).ShouldBe(new Dictionary<string, string>
        {
            ["held"] = "requires_capture",
            ["replayedIsSame"] = "True",
            ["captured"] = "succeeded",
            ["capturedAmount"] = "1500",
            ["refund"] = "succeeded",
            ["refundAmount"] = "500",
            ["retrieved"] = "succeeded",
            ["refundedAmount"] = "500",
            ["voided"] = "canceled",
            ["declined"] = "StripeCardError",
            ["declineCode"] = "generic_decline",
            ["declineStatus"] = "402",
        });

    [SkippableFact]
    public async Task Sandbox_DrivenBySquaresLibrary_AnswersAsSquare() =>
        (await DriveAsync("square")).ShouldBe(new Dictionary<string, string>
        {
            ["held"] = "APPROVED",
            ["replayedIsSame"] = "True",
            ["captured"] = "COMPLETED",
            ["capturedAmount"] = "1500",
            ["refund"] = "PENDING",
            ["refundAmount"] = "500",
            ["retrieved"] = "COMPLETED",
            ["refundedAmount"] = "500",
            ["voided"] = "CANCELED",
            ["voidedByKey"] = "CANCELED",
            ["declined"] = "PAYMENT_METHOD_ERROR",
            ["declineCode"] = "GENERIC_DECLINE",
            ["declineStatus"] = "400",
        });

    private static async Task<Dictionary<string, string>> DriveAsync(string psp)
    {
        await Requirements.SkipWithoutPackagesAsync();
        await using var sandbox = await SandboxHost.StartAsync(new Dictionary<string, string?>
        {
            ["Sandbox:Accounts:driven:Psp"] = psp,
            ["Sandbox:Accounts:driven:SecretKey"] = "sk_test_driven",
            ["Sandbox:Accounts:driven:Port"] = "0",
        });
        // The library calls the PSP's own paths, which the account's listener serves.
        var address = sandbox.AddressOf("driven");
        var (exitCode, output, errors) = await Node.RunAsync(
            "node",
            [$"{psp}.mjs", address.Host, address.Port.ToString(CultureInfo.InvariantCulture), "sk_test_driven"],
            Deadline);
        exitCode.ShouldBe(0, errors);
        return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(output)!
            .ToDictionary(p => p.Key, p => p.Value.ToString());
    }
}
