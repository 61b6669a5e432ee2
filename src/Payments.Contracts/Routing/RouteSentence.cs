namespace Payments.Contracts;

/// <summary>A <see cref="RouteChoice"/> in words.</summary>
internal static class RouteSentence
{
    public static string Of(RouteChoice choice) =>
        string.Join("; ", Parts(choice).Where(part => part.Length > 0)) + ".";

    private static IEnumerable<string> Parts(RouteChoice choice)
    {
        yield return $"{choice.OrderId}: {Beginning(choice)}";
        if (choice.Rule is { } rule)
            yield return rule;
        yield return Listed("in reserve", choice, c => c.Standing == "in_reserve", c => c.Unhealthy ? " (unhealthy)" : "");
        yield return Listed("left out", choice, c => c.Standing is not ("chosen" or "in_reserve"), c => $" ({Words(c.Standing)})");
    }

    private static string Beginning(RouteChoice choice)
    {
        var why = choice.Cause == "first_choice" ? "" : $" after {Words(choice.Cause)} ({choice.After})";
        if (choice.Connection is not { } connection)
            return $"no connection{why}, because {Because(choice.NoneBecause)}";

        var chosen = choice.Candidates.FirstOrDefault(c => c.Connection == connection);
        return $"{connection}{why}{(chosen is { Unhealthy: true } ? ", though unhealthy" : "")}";
    }

    private static string Because(string? reason) => reason switch
    {
        "no_rule" => "no rule matches",
        "none_usable" => "the payment can use none of the rule's",
        "none_left" => "none is left",
        "no_failover_on_soft_decline" => "the rule ends with a soft decline",
        "turned_back" => "the payment is turned back",
        "parked" => "a parked payment charges nobody anew",
        _ => Words(reason ?? "of nothing known"),
    };

    private static string Listed(
        string heading, RouteChoice choice, Func<RouteCandidate, bool> which, Func<RouteCandidate, string> note)
    {
        var names = choice.Candidates.Where(which).Select(c => c.Connection + note(c)).ToArray();
        return names.Length == 0 ? "" : $"{heading}: {string.Join(", ", names)}";
    }

    private static string Words(string name) => name.Replace('_', ' ');
}
