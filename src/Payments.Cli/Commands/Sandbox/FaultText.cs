using System.Globalization;
using Payments.Cli.Api;

namespace Payments.Cli.Commands.Sandbox;

/// <summary>A fault for people.</summary>
internal static class FaultText
{
    public static string Where(SandboxFault fault) => fault.Account ?? fault.Psp ?? "everywhere";

    /// <summary>What was ordered, with the seed that draws it again.</summary>
    public static string Sentence(SandboxFault fault)
    {
        var token = fault.Token is null ? "" : $" with {fault.Token}";
        var times = fault.Left switch { null => "until cleared", 1 => "once", var left => $"{left} times" };
        var drawn = fault.Probability < 1
            ? string.Create(CultureInfo.InvariantCulture, $", probability {fault.Probability}, seed {fault.Seed}")
            : "";
        var where = (fault.Account ?? fault.Psp) is { } one ? $"at {one}" : Where(fault);
        return $"{fault.Fault} {where}{token}, {times}{drawn}.";
    }
}
